/** A program in the place of a runner that is ended before it has said anything. */
process.kill(process.pid, 'SIGKILL');

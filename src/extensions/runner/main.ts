import net from 'node:net';

import type { FromRunner, ToRunner } from '../../../sandbox/contract.ts';
import { encodeFrame, FrameReader, MAX_FRAME_TO_RUNNER } from '../frames.ts';
import { Compiler } from './compiler.ts';
import { confine } from './confine.ts';
import { outlastSignals } from './outlast-signals.ts';
import { Runner } from './runner.ts';

/**
 * Entry of a runner process. It has no environment, no files, no network and no standard streams: one pipe, on which the
 * gateway speaks first. When the pipe closes, the gateway is gone and so is the reason to run.
 */
const PIPE = 3;

confine();
outlastSignals();

const pipe = new net.Socket({ fd: PIPE, readable: true, writable: true });
const reader = new FrameReader(MAX_FRAME_TO_RUNNER);
const post = (message: FromRunner): void => void pipe.write(encodeFrame(message));

/** The gateway says at the start for what the process is. */
const compiles = process.argv[2] === 'compile';
const work = compiles ? new Compiler(post) : new Runner(post);

/** The gateway is trusted: what has the type of a command has its form. */
function isCommand(message: unknown): message is ToRunner {
  return typeof message === 'object' && message !== null && 'type' in message;
}

pipe.on('data', (chunk: Buffer) => {
  for (const message of reader.push(chunk)) if (isCommand(message)) work.take(message);
});
pipe.on('close', end);
pipe.on('error', end);

/** An ordinary exit waits for the threads of isolates, and a thread may be in the middle of something very long. */
function end(): void {
  process.kill(process.pid, 'SIGKILL');
}

// isolated-vm can reject a promise that nobody holds any more when an isolate ends under it.
if (work instanceof Runner) process.on('unhandledRejection', (reason) => work.report(reason));

work.start();

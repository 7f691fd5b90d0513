/** A program in the place of a runner that ends before it has said anything. */
process.stderr.write('no such add-on\n');
process.exitCode = 3;

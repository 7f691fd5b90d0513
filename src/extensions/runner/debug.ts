import net from 'node:net';

import type { FromRunner, ToRunner } from '../../../sandbox/contract.ts';
import { encodeFrame, FrameReader, MAX_FRAME_TO_RUNNER } from '../frames.ts';
import { confine } from './confine.ts';
import { outlastSignals } from './outlast-signals.ts';
import { Runner } from './runner.ts';

/**
 * Entry of a process in which an author debugs one extension: a runner as any other, whose isolate has V8's debugger in it.
 * A gateway's runners are another program: none of theirs can be made to open one.
 */
const PIPE = 3;

confine();
outlastSignals();

const pipe = new net.Socket({ fd: PIPE, readable: true, writable: true });
const reader = new FrameReader(MAX_FRAME_TO_RUNNER);
const post = (message: FromRunner): void => void pipe.write(encodeFrame(message));
const runner = new Runner(post, (message) => post({ type: 'inspected', message }));

/** The author's own command is trusted: what has the type of a command has its form. */
function isCommand(message: unknown): message is ToRunner {
  return typeof message === 'object' && message !== null && 'type' in message;
}

pipe.on('data', (chunk: Buffer) => {
  for (const message of reader.push(chunk)) if (isCommand(message)) runner.take(message);
});
for (const event of ['close', 'error']) pipe.on(event, () => process.kill(process.pid, 'SIGKILL'));

process.on('unhandledRejection', (reason) => runner.report(reason));

runner.start();

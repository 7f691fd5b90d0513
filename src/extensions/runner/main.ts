import net from 'node:net';

import type { FromRunner } from '../../../sandbox/contract.ts';
import { encodeFrame, FrameReader, MAX_FRAME_TO_RUNNER } from '../frames.ts';
import { Runner } from './runner.ts';

/**
 * Entry of a runner process. It has no environment, no files, no network and no standard streams: one pipe, on which the
 * gateway speaks first. When the pipe closes, the gateway is gone and so is the reason to run.
 */
const PIPE = 3;

const pipe = new net.Socket({ fd: PIPE, readable: true, writable: true });
const reader = new FrameReader(MAX_FRAME_TO_RUNNER);
const runner = new Runner((message: FromRunner) => pipe.write(encodeFrame(message)));

pipe.on('data', (chunk: Buffer) => {
  for (const message of reader.push(chunk)) runner.take(message);
});
pipe.on('close', () => process.exit(0));
pipe.on('error', () => process.exit(0));

// isolated-vm can reject a promise that nobody holds any more when an isolate ends under it.
process.on('unhandledRejection', (reason) => runner.report(reason));

runner.start();

/**
 * A program in the place of a runner whose guest code broke out: it may say whatever it likes on the pipe. What it says is
 * the `call` of an invocation: a list of steps.
 */
import net from 'node:net';

import { encodeFrame, FrameReader } from '../../src/extensions/frames.ts';

/** A message, raw bytes in base64, or an end of the process. `ID` stands for the invocation's id. */
export type Step =
  | { readonly say: { readonly [name: string]: unknown } }
  | { readonly times: number; readonly say: { readonly [name: string]: unknown } }
  | { readonly raw: string }
  | { readonly onAnswer: Step }
  /** Unit: MiB. */
  | { readonly take: number }
  | { readonly kill: NodeJS.Signals };

const pipe = new net.Socket({ fd: 3, readable: true, writable: true });
const reader = new FrameReader(64 * 1024 * 1024);
const post = (message: object): void => void pipe.write(encodeFrame(message));

interface Told {
  readonly type: string;
  readonly id: number;
  readonly extension: string;
  readonly source: string;
  readonly call: string;
}

/** Source of an extension that does not load, as tests name it. */
const UNLOADABLE = 'unloadable';

/** Source of an extension over which the process ends. */
const FATAL = 'fatal';

/** Memory that it never gives back. */
const taken: Buffer[] = [];

/** What is done when a call is answered. */
let later = (): void => undefined;

function perform(step: Step, id: number): void {
  if ('onAnswer' in step) later = () => perform(step.onAnswer, id);
  else if ('take' in step) taken.push(Buffer.alloc(step.take * 1024 * 1024, 1));
  else if ('raw' in step) pipe.write(Buffer.from(step.raw, 'base64'));
  else if ('kill' in step) process.kill(process.pid, step.kill);
  else {
    for (let turn = 0; turn < ('times' in step ? step.times : 1); turn++) {
      const text = JSON.stringify(step.say)
        .replaceAll('"ID"', `${id}`)
        .replaceAll('"TURN"', `${turn}`);
      post(JSON.parse(text));
    }
  }
}

function load({ extension, source }: Told): void {
  const failure = { kind: 'throw', code: 'UNLOADABLE', message: 'it does not parse', frames: [] };
  if (source === FATAL) process.kill(process.pid, 'SIGKILL');
  else if (source === UNLOADABLE) post({ type: 'unloadable', extension, failure });
  else post({ type: 'loaded', extension });
}

function invoke({ id, call }: Told): void {
  const steps: readonly Step[] = JSON.parse(call).config.steps;
  for (const step of steps) perform(step, id);
}

pipe.on('data', (chunk: Buffer) => {
  for (const one of reader.push(chunk)) {
    const message = one as Told;
    if (message.type === 'load') load(message);
    if (message.type === 'invoke') invoke(message);
    if (message.type === 'answer') later();
  }
});
pipe.on('close', () => process.exit());
post({ type: 'ready', v8: 'x', node: 'x' });

import { Buffer as NodeBuffer } from 'node:buffer';
import { EventEmitter as NodeEmitter, once as nodeOnce } from 'node:events';

import test, { type ExecutionContext } from 'ava';
import fc from 'fast-check';

import { Buffer as OwnBuffer } from '../../../sandbox/node/buffer.ts';
import { EventEmitter as OwnEmitter, once as ownOnce } from '../../../sandbox/node/events.ts';
import { pipeline, Readable } from '../../../sandbox/node/stream.ts';

type Step = readonly [method: string, event: string, listener: number];

/** Plays steps on an emitter; what was called, with what, and what each step answered. */
function play(emitter: NodeEmitter | OwnEmitter, steps: readonly Step[]): unknown {
  const called: unknown[] = [];
  const listeners = [0, 1, 2].map((at) => (value: unknown) => void called.push([at, value]));
  const answers = steps.map(([method, event, at]) => {
    const given = method === 'emit' ? method : listeners[at]!;
    const answer: unknown = Reflect.apply(Reflect.get(emitter, method), emitter, [event, given]);
    return answer === emitter ? 'itself' : answer;
  });
  return [answers, called, emitter.eventNames(), emitter.listenerCount('a')];
}

test('an emitter calls whom that of Node.js calls', (t) => {
  const methods = ['on', 'once', 'off', 'prependListener', 'prependOnceListener', 'emit'];
  const steps = fc.array(
    fc.tuple(fc.constantFrom(...methods), fc.constantFrom('a', 'b'), fc.nat({ max: 2 })),
    { maxLength: 20 },
  );
  fc.assert(
    fc.property(steps, (list) => {
      t.deepEqual(play(new OwnEmitter(), list), play(new NodeEmitter(), list));
    }),
  );
});

test('an error that nobody listens to is thrown', (t) => {
  t.throws(() => new OwnEmitter().emit('error', new RangeError('nobody')), {
    instanceOf: RangeError,
  });
});

const ENCODINGS = ['utf8', 'hex', 'base64', 'base64url', 'latin1', 'ascii'] as const;

test('bytes are written as texts as Node.js writes them', (t) => {
  fc.assert(
    fc.property(fc.uint8Array(), fc.constantFrom(...ENCODINGS), (bytes, encoding) => {
      t.is(OwnBuffer.from(bytes).toString(encoding), NodeBuffer.from(bytes).toString(encoding));
    }),
  );
});

function readsAsNode(t: ExecutionContext, text: string, encoding: BufferEncoding): void {
  const own = [...OwnBuffer.from(text, encoding)];
  t.deepEqual(own, [...NodeBuffer.from(text, encoding)], `${encoding}: ${JSON.stringify(text)}`);
}

test('texts are read as bytes as Node.js reads them', (t) => {
  const anyText = fc.string({ unit: fc.constantFrom('a', 'F', '0', '-', 'é', 'g', '𐂶', '\ud800') });
  const encodings = fc.constantFrom('utf8', 'hex', 'latin1', 'ascii');
  fc.assert(fc.property(anyText, encodings, (text, encoding) => readsAsNode(t, text, encoding)));
});

test('base64 is read in both alphabets, with and without its end, with what is none left out', (t) => {
  const texts = fc.tuple(
    fc.base64String(),
    fc.boolean(),
    fc.boolean(),
    fc.constantFrom('', '\n', ' '),
  );
  const encodings = fc.constantFrom('base64', 'base64url');
  fc.assert(
    fc.property(texts, encodings, ([text, forUrls, open, gap], encoding) => {
      const alphabet = forUrls ? text.replaceAll('+', '-').replaceAll('/', '_') : text;
      const ended = open ? alphabet.replaceAll('=', '') : alphabet;
      readsAsNode(t, ended.slice(0, 5) + gap + ended.slice(5), encoding);
    }),
  );
});

test('bytes are put together, cut and compared as Node.js does it', (t) => {
  const make = (Class: typeof NodeBuffer | typeof OwnBuffer): unknown => {
    const whole = Class.concat([Class.from('ab'), Class.from([1, 2]), Class.alloc(2, 7)]);
    const part = whole.slice(1, 3);
    part[0] = 99;
    return [
      [...whole],
      part.toString(),
      Class.concat([whole], 3).toString('hex'),
      Class.compare(Class.from('a'), Class.from('ab')),
      Class.from('b').compare(Class.from('ab')),
      whole.equals(Class.from([...whole])),
      Class.byteLength('grüße'),
      Class.isBuffer(part) && !Class.isBuffer(new Uint8Array(1)),
      JSON.stringify(part),
    ];
  };
  t.deepEqual(make(OwnBuffer), make(NodeBuffer));
});

test('a stream of Node.js can be inherited from, and says what to use when one is made', (t) => {
  class Own extends Readable {}
  t.throws(() => new Own(), { message: /ReadableStream/ });
  t.throws(() => Readable.from(), { message: /ReadableStream/ });
  t.throws(() => pipeline(), { message: /ReadableStream/ });
});

test('an encoding that does not exist is refused, as in Node.js', (t) => {
  t.throws(() => OwnBuffer.from('a', 'utf-9'), { instanceOf: TypeError });
  t.throws(() => NodeBuffer.from('a', 'utf-9' as 'utf8'), { instanceOf: TypeError });
});

test('what is thrown for an error that nobody listens to is always an error', (t) => {
  t.throws(() => new OwnEmitter().emit('error', 'a text'), { message: /a text/ });
});

test('who waits for an event hears of an error instead, as in Node.js', async (t) => {
  for (const [Emitter, waitFor] of [
    [OwnEmitter, ownOnce],
    [NodeEmitter, nodeOnce],
  ] as const) {
    const emitter = new Emitter();
    const waiting = Reflect.apply(waitFor, undefined, [emitter, 'ready']);
    emitter.emit('error', new RangeError('broken'));
    await t.throwsAsync(Promise.resolve(waiting), { instanceOf: RangeError });
  }
});

test('streams of Node.js are refused with what to use instead, however they are made', (t) => {
  for (const make of [() => Readable.from(), () => Readable.fromWeb(), () => Readable.toWeb()]) {
    t.throws(make, { instanceOf: TypeError, message: /ReadableStream/ });
  }
});

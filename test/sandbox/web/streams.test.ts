import test from 'ava';

import { inBoth } from '../../_support/both-worlds.ts';
import { createPlatformIsolate, type PlatformIsolate } from '../../_support/platform-isolate.ts';

let isolate: PlatformIsolate;
test.before(async () => {
  isolate = await createPlatformIsolate();
});
test.after.always(() => isolate[Symbol.asyncDispose]());

test('a stream is piped through a transform, as in Node', async (t) => {
  const play = async (): Promise<unknown> => {
    const doubled = new TransformStream<number, number>({
      transform: (chunk, controller) => controller.enqueue(chunk * 2),
      flush: (controller) => controller.enqueue(-1),
    });
    const seen: unknown[] = [];
    for await (const chunk of ReadableStream.from([1, 2, 3]).pipeThrough(doubled)) seen.push(chunk);
    return seen;
  };
  const { node, isolate: own } = await inBoth(isolate, play);
  t.deepEqual(own, node);
});

test('backpressure holds a writer back, as in Node', async (t) => {
  const play = async (): Promise<unknown> => {
    const log: unknown[] = [];
    const stream = new WritableStream<string>(
      { write: (chunk) => void log.push(chunk), close: () => void log.push('closed') },
      new CountQueuingStrategy({ highWaterMark: 2 }),
    );
    const writer = stream.getWriter();
    log.push(writer.desiredSize);
    void writer.write('a');
    void writer.write('b');
    log.push(writer.desiredSize);
    await writer.ready;
    await writer.close();
    return [...log, stream.locked];
  };
  const { node, isolate: own } = await inBoth(isolate, play);
  t.deepEqual(own, node);
});

test('an error of the source reaches both branches of a tee', async (t) => {
  const play = async (): Promise<unknown> => {
    let controller!: ReadableStreamDefaultController<string>;
    const source = new ReadableStream<string>({ start: (given) => void (controller = given) });
    const [left, right] = source.tee();
    controller.enqueue('a');
    controller.error(new RangeError('broken'));
    const read = (stream: ReadableStream<string>): Promise<unknown> =>
      stream
        .getReader()
        .read()
        .then(
          ({ value }) => value,
          (error: Error) => error.name,
        );
    return [await read(left), await read(right), source.locked];
  };
  const { node, isolate: own } = await inBoth(isolate, play);
  t.deepEqual(own, node);
});

test('pipeTo ends with the reason of its signal', async (t) => {
  const play = async (): Promise<unknown> => {
    const controller = new AbortController();
    const aborted: unknown[] = [];
    const sink = new WritableStream({ abort: (reason) => void aborted.push(reason) });
    const source = new ReadableStream({ cancel: (reason) => void aborted.push(reason) });
    const piped = source
      .pipeTo(sink, { signal: controller.signal })
      .catch((error: unknown) => error);
    controller.abort('stop');
    return [await piped, aborted];
  };
  const { node, isolate: own } = await inBoth(isolate, play);
  t.deepEqual(own, node);
});

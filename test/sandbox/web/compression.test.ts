import { brotliCompressSync, deflateRawSync, deflateSync, gunzipSync, gzipSync } from 'node:zlib';

import test from 'ava';

import { createPlatformIsolate } from '../../_support/platform-isolate.ts';

/** Runs bytes, as base64, through a stream in the isolate. */
async function through(kind: string, format: string, input: Uint8Array): Promise<Buffer> {
  await using isolate = await createPlatformIsolate();
  const output = await isolate.call<string>(
    async (name: string, type: string, base64: string) => {
      const Stream = Reflect.get(globalThis, name) as typeof CompressionStream;
      const bytes = (
        Uint8Array as never as { fromBase64(text: string): Uint8Array<ArrayBuffer> }
      ).fromBase64(base64);
      const stream = new Blob([bytes]).stream().pipeThrough(new Stream(type as never));
      const made = new Uint8Array(await new Response(stream).arrayBuffer());
      return (made as never as { toBase64(): string }).toBase64();
    },
    kind,
    format,
    Buffer.from(input).toString('base64'),
  );
  return Buffer.from(output, 'base64');
}

const TEXT = Buffer.from('what is written here is written here again. '.repeat(20_000));

test('what CompressionStream makes, zlib reads', async (t) => {
  t.deepEqual(gunzipSync(await through('CompressionStream', 'gzip', TEXT)), TEXT);
});

for (const [format, compress] of Object.entries({
  gzip: gzipSync,
  deflate: deflateSync,
  'deflate-raw': deflateRawSync,
  brotli: brotliCompressSync,
})) {
  test(`DecompressionStream reads ${format}`, async (t) => {
    t.deepEqual(await through('DecompressionStream', format, compress(TEXT)), TEXT);
  });

  test(`DecompressionStream refuses ${format} that is cut short, or goes on after its end`, async (t) => {
    const whole = compress(TEXT);
    const short = whole.subarray(0, -4);
    const long = Buffer.concat([whole, Buffer.from('more')]);
    await t.throwsAsync(through('DecompressionStream', format, short), { instanceOf: TypeError });
    await t.throwsAsync(through('DecompressionStream', format, long), { instanceOf: TypeError });
  });
}

test('a stream that inflates beyond the limit fails, at the limit it does not', async (t) => {
  const limit = 10_485_760;
  const most = await through('DecompressionStream', 'gzip', gzipSync(Buffer.alloc(limit)));
  t.is(most.length, limit);
  await t.throwsAsync(through('DecompressionStream', 'gzip', gzipSync(Buffer.alloc(limit + 1))), {
    instanceOf: TypeError,
    message: /10485760 bytes/,
  });
});

test('unknown formats are refused', async (t) => {
  await using isolate = await createPlatformIsolate();
  t.is(
    await isolate.run(`try { new CompressionStream('zip'); } catch (error) { error.name; }`),
    'TypeError',
  );
});

test('no more than 32 streams work at a time, and a canceled one makes room', async (t) => {
  await using isolate = await createPlatformIsolate();
  const found = await isolate.call(async () => {
    const open = async (): Promise<ReadableStreamDefaultReader> => {
      const stream = new CompressionStream('gzip');
      const reader = stream.readable.getReader();
      reader.read().catch(() => {});
      await stream.writable.getWriter().write(new Uint8Array(10));
      return reader;
    };
    const readers: ReadableStreamDefaultReader[] = [];
    for (let count = 0; count < 32; count++) readers.push(await open());
    const refused = await open().catch((error: Error) => error.name);
    await readers[0]!.cancel();
    return [refused, await open().then(() => 'opened')];
  });
  t.deepEqual(found, ['TypeError', 'opened']);
});

import fc from 'fast-check';
import test from 'ava';

import { inBoth } from '../../_support/both-worlds.ts';
import { createPlatformIsolate, type PlatformIsolate } from '../../_support/platform-isolate.ts';

let isolate: PlatformIsolate;
test.before(async () => {
  isolate = await createPlatformIsolate();
});
test.after.always(() => isolate[Symbol.asyncDispose]());

const names = fc.constantFrom('a', 'b', 'é', '"', 'a\nb', 'a\r\nb', '');
const steps = fc.array(
  fc.tuple(
    fc.constantFrom('append', 'set', 'delete', 'get', 'getAll', 'has', 'file'),
    names,
    fc.constantFrom('1', 'text\nwith\rbreaks', '\ud800', ''),
  ),
  { maxLength: 10 },
);

function play(list: [string, string, string][]): unknown {
  const form = new FormData();
  for (const [step, name, value] of list) {
    if (step === 'file') form.append(name, new Blob([value], { type: 'text/x' }), `${value}.txt`);
    else if (step === 'append' || step === 'set') form[step](name, value);
    else if (step === 'delete') form.delete(name);
  }
  const show = (value: File | string): unknown =>
    typeof value === 'string' ? value : [value.name, value.type, value.size];
  return [
    [...form].map(([name, value]) => [name, show(value)]),
    list.map(([, name]) => [form.has(name), form.getAll(name).map(show)]),
  ];
}

test('FormData keeps the list that Node keeps', async (t) => {
  await fc.assert(
    fc.asyncProperty(steps, async (list) => {
      const { node, isolate: own } = await inBoth(isolate, play, list);
      t.deepEqual(own, node);
    }),
    { numRuns: 300 },
  );
});

test('what the platform writes as multipart, Node reads, and the other way round', async (t) => {
  const write = async (list: [string, string][]): Promise<unknown> => {
    const form = new FormData();
    for (const [name, value] of list) form.append(name, value);
    form.append('file', new File(['\u0000\u0001é'], 'n"ä.bin', { type: 'a/b' }));
    const response = new Response(form);
    return [
      response.headers.get('content-type'),
      [...new Uint8Array(await response.arrayBuffer())],
    ];
  };
  const read = async (type: string, bytes: number[]): Promise<unknown> => {
    const headers = { 'content-type': type };
    const form = await new Response(new Uint8Array(bytes), { headers }).formData();
    const file = form.get('file') as File;
    const texts = [...form].filter(([, value]) => typeof value === 'string');
    return [texts, file.name, file.type, [...new Uint8Array(await file.arrayBuffer())]];
  };
  const lists = fc.array(fc.tuple(names, fc.constantFrom('1', '--boundary', 'é', '\r\n--')), {
    maxLength: 4,
  });
  await fc.assert(
    fc.asyncProperty(lists, async (list) => {
      const { node, isolate: own } = await inBoth(isolate, write, list);
      for (const written of [node, own]) {
        const [type, bytes] = (written as { answer: [string, number[]] }).answer;
        const back = await inBoth(isolate, read, type, bytes);
        t.deepEqual(back.isolate, back.node);
      }
    }),
    { numRuns: 100 },
  );
});

test('malformed multipart is refused', async (t) => {
  const read = async (text: string): Promise<unknown> => {
    const headers = { 'content-type': 'multipart/form-data; boundary=x' };
    return [...(await new Response(text, { headers }).formData())];
  };
  const part = '--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n';
  const texts = ['', 'nothing', part, `${part}--x--`, `${part}--x--\r\n`, '--x--', `${part}--y--`];
  for (const text of [...texts, `--x\r\nBad\r\n\r\n1\r\n--x--`, `--x\r\nA: b\r\n\r\n1\r\n--x--`]) {
    const { node, isolate: own } = await inBoth(isolate, read, text);
    t.deepEqual(own, node, JSON.stringify(text));
  }
});

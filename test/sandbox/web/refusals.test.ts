import test from 'ava';

import { inBoth } from '../../_support/both-worlds.ts';
import { createPlatformIsolate, type PlatformIsolate } from '../../_support/platform-isolate.ts';

let isolate: PlatformIsolate;
test.before(async () => {
  isolate = await createPlatformIsolate();
});
test.after.always(() => isolate[Symbol.asyncDispose]());

const FORM = { 'content-type': 'multipart/form-data; boundary=b' };

/** Programs that Node refuses, or answers with a value; each sees nothing but the platform. */
const AS_IN_NODE: { readonly [what: string]: string } = {
  'a CryptoKey of one’s own making': 'new CryptoKey()',
  'a Crypto of one’s own making': 'new Crypto()',
  'a SubtleCrypto of one’s own making': 'new SubtleCrypto()',
  'a MessagePort of one’s own making': 'new MessagePort()',
  'a Navigator of one’s own making': 'new Navigator()',
  'a Performance of one’s own making': 'new Performance()',
  'a locked stream as a body':
    'const stream = new ReadableStream(); stream.getReader(); new Response(stream)',
  'a body that is a stream of text':
    'const body = new ReadableStream({ start(c) { c.enqueue("a"); c.close() } }); await new Response(body).text()',
  'a stream as body without duplex':
    'new Request("http://a.test", { method: "POST", body: new ReadableStream() })',
  'a request made of one whose body was read':
    'const one = new Request("http://a.test", { method: "POST", body: "x" }); await one.text(); new Request(one)',
  'a copy of a request whose body was read':
    'const one = new Request("http://a.test", { method: "POST", body: "x" }); await one.text(); one.clone()',
  'a copy of a request without a body': 'new Request("http://a.test").clone().body',
  'a copy of a response without a body': 'const one = new Response(); one.clone(); one.bodyUsed',
  'a window of a request': 'new Request("http://a.test", { window: 5 })',
  'a data: URL without a type':
    'return (await fetch("data:nonsense,x")).headers.get("content-type")',
  'a data: URL without a comma': 'await fetch("data:text/plain")',
  'a data: URL whose base64 is none': 'await fetch("data:text/plain;base64,%%%")',
  'a form made of an element': 'new FormData({})',
  'a field of a form with a file’s name and no file': 'new FormData().append("a", "text", "name")',
  'a form whose delimiter goes on': `await new Response('--bc\\r\\ncontent-disposition: form-data; name="a"\\r\\n\\r\\nx\\r\\n--b--', { headers: ${JSON.stringify(FORM)} }).formData()`,
  'a part of a form that has no end': `await new Response("--b\\r\\nx", { headers: ${JSON.stringify(FORM)} }).formData()`,
  'a part of a form that is cut off': `await new Response('--b\\r\\ncontent-disposition: form-data; name="a"\\r\\n\\r\\nx--b', { headers: ${JSON.stringify(FORM)} }).formData()`,
  'an event whose options are a number': 'new Event("x", 5)',
  'an event whose type is a symbol': 'new Event(Symbol())',
  'a listener that is nothing': 'new EventTarget().addEventListener("x", null)',
  'a listener that is a number': 'new EventTarget().addEventListener("x", 5)',
  'a listener whose signal is a number':
    'new EventTarget().addEventListener("x", () => {}, { signal: 5 })',
  'headers without an iterator': 'new Headers({ [Symbol.iterator]: 5 })',
  'headers whose iterator is a number': 'new Headers({ [Symbol.iterator]: () => 5 })',
  'headers whose iterator gives numbers':
    'new Headers({ [Symbol.iterator]: () => ({ next: () => 5 }) })',
  'an iterator of headers without headers': 'new Headers().entries().next.call({})',
  'headers for each of which nothing is done': 'new Headers().forEach(5)',
  'a blob made of a number': 'new Blob(5)',
  'a blob made of what has no iterator': 'new Blob({})',
  'text that is encoded into a number': 'new TextEncoder().encodeInto("a", 5)',
  'a stream that decodes text': `const { readable, writable } = new TextDecoderStream();
    readable.pipeTo(new WritableStream()).catch(() => {}); await writable.getWriter().write("text")`,
  'a digest without a name': 'await crypto.subtle.digest({}, new Uint8Array())',
  'a transfer of what is no object': 'structuredClone(1, { transfer: [5] })',
  'a transfer of what cannot be transferred': 'structuredClone({}, { transfer: [{}] })',
  'a copy of a buffer that was given away':
    'const one = new ArrayBuffer(8); structuredClone(one, { transfer: [one] }); structuredClone(one)',
  'a transfer of a buffer that was given away':
    'const one = new ArrayBuffer(8); structuredClone(one, { transfer: [one] }); structuredClone(1, { transfer: [one] })',
  'a copy of a view beyond its buffer': `const one = new ArrayBuffer(8, { maxByteLength: 16 });
    const view = new DataView(one, 4, 4); one.resize(2); structuredClone(view)`,
  'a transfer of a locked stream':
    'const one = new ReadableStream(); one.getReader(); structuredClone(one, { transfer: [one] })',
  'a transfer of a stream that is written to':
    'const one = new WritableStream(); one.getWriter(); structuredClone(one, { transfer: [one] })',
  'a transfer of a transform that is read':
    'const one = new TransformStream(); one.readable.getReader(); structuredClone(one, { transfer: [one] })',
  'a quota that is no number': 'new QuotaExceededError("", { quota: NaN })',
  'a quota below zero': 'new QuotaExceededError("", { quota: -1 })',
  'a quota that was not exceeded': 'new QuotaExceededError("", { quota: 5, requested: 4 })',
};

for (const [what, program] of Object.entries(AS_IN_NODE)) {
  test(`${what} is as in Node`, async (t) => {
    // oxlint-disable-next-line no-implied-eval, typescript/no-implied-eval -- the text runs in an isolate, too
    const body = new Function(`return (async () => { ${program} })()`) as () => unknown;
    const { node, isolate: own } = await inBoth(isolate, body);
    t.deepEqual(own, node);
  });
}

/** What Node sees otherwise than the standard, or does not have. */
const AS_THE_STANDARD: { readonly [what: string]: readonly [program: string, name: string] } = {
  'a stream that compresses text': [
    `const { readable, writable } = new CompressionStream("gzip");
    readable.pipeTo(new WritableStream()).catch(() => {}); await writable.getWriter().write("text")`,
    'TypeError',
  ],
  'a JSON Web Key made of bytes': [
    'await crypto.subtle.importKey("jwk", new Uint8Array(), "AES-GCM", true, ["encrypt"])',
    'TypeError',
  ],
  'an event that is dispatched while it is': [
    `const target = new EventTarget(); const again = (event) => { event.initEvent('y');
      try { target.dispatchEvent(event) } catch (error) { found = error } }; let found;
    target.addEventListener('x', again); target.dispatchEvent(new Event('x')); throw found`,
    'InvalidStateError',
  ],
  'a rejection without its promise': ["new PromiseRejectionEvent('x', {})", 'TypeError'],
  'an initialization vector that is text': [
    `const key = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 128 }, true, ['encrypt']);
    await crypto.subtle.encrypt({ name: 'AES-GCM', iv: 'text' }, key, new Uint8Array())`,
    'TypeError',
  ],
  'a tag that is longer than a byte can say': [
    `const key = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 128 }, true, ['encrypt']);
    await crypto.subtle.encrypt({ name: 'AES-GCM', iv: new Uint8Array(12), tagLength: 300 }, key, new Uint8Array())`,
    'TypeError',
  ],
  'no initialization vector': [
    `const key = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 128 }, true, ['encrypt']);
    await crypto.subtle.encrypt({ name: 'AES-GCM' }, key, new Uint8Array())`,
    'TypeError',
  ],
  'a public key that is none': [
    `const { privateKey } = await crypto.subtle.generateKey({ name: 'ECDH', namedCurve: 'P-256' }, true, ['deriveBits']);
    await crypto.subtle.deriveBits({ name: 'ECDH', public: 5 }, privateKey, 128)`,
    'TypeError',
  ],
  'a message with a number for options': [
    'new MessageChannel().port1.postMessage(1, 5)',
    'TypeError',
  ],
  'a message that transfers a number': [
    'new MessageChannel().port1.postMessage(1, [5])',
    'TypeError',
  ],
  'a port that is sent through itself': [
    'const { port1 } = new MessageChannel(); port1.postMessage(null, [port1])',
    'DataCloneError',
  ],
  'a port that was given away': [
    `const { port1 } = new MessageChannel(); structuredClone(port1, { transfer: [port1] });
    structuredClone(port1, { transfer: [port1] })`,
    'DataCloneError',
  ],
  'a message event with a port that is none': [
    "new MessageEvent('x', { ports: [5] })",
    'TypeError',
  ],
  'a symbol in the place of text': ['new Headers([[Symbol(), "x"]])', 'TypeError'],
  'a list whose iterator is a number': ['new Blob({ [Symbol.iterator]: () => 5 })', 'TypeError'],
  'a list whose iterator is no function': ['new Blob({ [Symbol.iterator]: 5 })', 'TypeError'],
  'a list whose iterator gives numbers': [
    'new Blob({ [Symbol.iterator]: () => ({ next: () => 5 }) })',
    'TypeError',
  ],
};

for (const [what, [program, name]] of Object.entries(AS_THE_STANDARD)) {
  test(`${what} is refused`, async (t) => {
    const run = `(async () => { try { ${program} } catch (error) { return error.name } })()`;
    t.is(await isolate.run(run), name);
  });
}

test('a buffer that is given away while it is copied is not transferred', async (t) => {
  const script = `(() => { const buffer = new ArrayBuffer(8);
    const value = { buffer, get again() { structuredClone(buffer, { transfer: [buffer] }); return 1 } };
    try { structuredClone(value, { transfer: [buffer] }) } catch (error) { return error.name } })()`;
  t.is(await isolate.run(script), 'DataCloneError');
});

test('no more than 64 texts are half decoded at a time, and what began goes on', async (t) => {
  const script = `(() => { const decoders = Array.from({ length: 65 }, () => new TextDecoder('gbk'));
    const half = (decoder) => { try { return decoder.decode(Uint8Array.of(0xc4), { stream: true }) } catch (error) { return error.code + ': ' + error.message } };
    return [new Set(decoders.slice(0, 64).map(half)).size, half(decoders[64]), decoders[0].decode(Uint8Array.of(0xe3))] })()`;
  t.deepEqual(await isolate.run(script), [1, 'RangeError: too many texts at a time', '你']);
});

test('what the runner refuses of a key is what the standard says', async (t) => {
  const failing = (code: string) => ({ ok: false, error: { code, message: 'why' } }) as const;
  const script = `(async () => { try { await crypto.subtle.digest('SHA-1', new Uint8Array()) }
    catch (error) { return [error.constructor.name, error.name, error.message] } })()`;
  const names: unknown[] = [];
  for (const code of ['TypeError', 'DataError', 'RangeError', 'MESSAGE_TOO_LARGE']) {
    await using own = await createPlatformIsolate({ crypto: () => failing(code) });
    names.push(await own.run(script));
  }
  t.deepEqual(names, [
    ['TypeError', 'TypeError', 'why'],
    ['DOMException', 'DataError', 'why'],
    ['DOMException', 'OperationError', 'why'],
    ['DOMException', 'OperationError', 'why'],
  ]);
});

test('an event of errors that is none calls its handler with the event', async (t) => {
  const script = `(() => { let given = 0; globalThis.onerror = (...all) => void (given = all.length);
    globalThis.dispatchEvent(new Event('error')); globalThis.onerror = null; return given })()`;
  t.is(await isolate.run(script), 1);
});

test('what is no table is written as a line', async (t) => {
  const before = isolate.logs.length;
  await isolate.run('console.table(5)');
  t.is(isolate.logs[before]?.text, '5');
});

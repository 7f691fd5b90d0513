import test from 'ava';

import { createPlatformIsolate } from '../../_support/platform-isolate.ts';

const base64 = (text: string): string => Buffer.from(text).toString('base64');

test('fetch sends the request to the host as plain data', async (t) => {
  await using isolate = await createPlatformIsolate({ fetch: () => ({}) });
  await isolate.run(`
    fetch('https://Api.test/a b?c', {
      method: 'post', redirect: 'manual', headers: { 'X-One': '1', accept: 'x' },
      body: JSON.stringify({ d: 1 }),
    }).then(() => {})`);
  t.deepEqual(JSON.parse(isolate.calls[0]!.text), {
    url: 'https://api.test/a%20b?c',
    method: 'POST',
    headers: [
      ['X-One', '1'],
      ['accept', 'x'],
      ['Content-Type', 'text/plain;charset=UTF-8'],
    ],
    body: base64('{"d":1}'),
    redirect: 'manual',
  });
});

test('fetch makes a response of the answer of the host', async (t) => {
  await using isolate = await createPlatformIsolate({
    fetch: () => ({
      url: 'https://api.test/end#part',
      redirected: true,
      status: 201,
      statusText: 'Made',
      headers: [
        ['Content-Type', 'application/json'],
        ['Set-Cookie', 'a=1'],
        ['set-cookie', 'b=2'],
      ],
      body: base64('{"é":1}'),
    }),
  });
  const found = await isolate.run(`(async () => {
    const response = await fetch('https://api.test/');
    const { status, statusText, ok, redirected, type, url, headers } = response;
    const cookies = headers.getSetCookie();
    return { status, statusText, ok, redirected, type, url, cookies, json: await response.json() };})()`);
  t.deepEqual(found, {
    status: 201,
    statusText: 'Made',
    ok: true,
    redirected: true,
    type: 'basic',
    url: 'https://api.test/end',
    cookies: ['a=1', 'b=2'],
    json: { é: 1 },
  });
});

test('an answer that comes as text is read, in every form, as one that comes as bytes', async (t) => {
  const text = '\uFEFF{"é":"€ 😀"}';
  const read = `fetch('https://a.test/').then(async (response) => {
    const parts = [response.clone().json(), response.clone().text(), response.clone().bytes().then(Array.from),
      response.clone().blob().then((blob) => blob.text()), Array.fromAsync(response.clone().body, (c) => [...c])];
    return [...(await Promise.all(parts)), (await response.arrayBuffer()).byteLength, response.bodyUsed];
  })`;
  const readIn = async (body: string, isText: boolean): Promise<unknown> => {
    await using isolate = await createPlatformIsolate({ fetch: () => ({ body, isText }) });
    const found = await isolate.run(read);
    return found;
  };
  t.deepEqual(await readIn(text, true), await readIn(base64(text), false));
});

test('the headers of a fetched response cannot be changed', async (t) => {
  await using isolate = await createPlatformIsolate({ fetch: () => ({ headers: [['a', 'b']] }) });
  const name = await isolate.run(`
    fetch('https://a.test/').then((r) => { try { r.headers.set('a', 'c'); } catch (e) { return e.name; } })`);
  t.is(name, 'TypeError');
});

test('a destination that the grant names is fetched by its name', async (t) => {
  await using isolate = await createPlatformIsolate({ fetch: () => ({}) });
  await isolate.run(`fetch('entrada:teams', { method: 'POST', body: 'x' }).then(() => {})`);
  t.is(JSON.parse(isolate.calls[0]!.text).url, 'entrada:teams');
});

test('what the host refuses rejects as a TypeError that names the code of the host', async (t) => {
  await using isolate = await createPlatformIsolate({
    fetch: () => {
      throw Object.assign(new Error('not granted'), { name: 'GRANT_MISSING' });
    },
  });
  const found = await isolate.run(`
    fetch('https://a.test/').catch((e) => [e.name, e.cause.code, e.cause.message, e instanceof TypeError])`);
  t.deepEqual(found, ['TypeError', 'GRANT_MISSING', 'not granted', true]);
});

test('a signal rejects the fetch at once, before and after it was sent', async (t) => {
  await using isolate = await createPlatformIsolate({ fetch: () => new Promise(() => {}) });
  const found = await isolate.run(`(async () => {
    const early = await fetch('https://a.test/', { signal: AbortSignal.abort('early') }).catch(
      (e) => e,
    );
    const controller = new AbortController();
    const pending = fetch('https://a.test/', { signal: controller.signal }).catch((e) => e);
    await Promise.resolve();
    controller.abort('late');
    const timeout = await fetch('https://a.test/', { signal: AbortSignal.timeout(5) }).catch(
      (e) => e.name,
    );
    return [early, await pending, timeout];})()`);
  t.deepEqual(found, ['early', 'late', 'TimeoutError']);
  t.is(isolate.calls.length, 2);
});

test('fetch answers data: URLs without the host', async (t) => {
  await using isolate = await createPlatformIsolate();
  const found = await isolate.run(`(async () => {
    const response = await fetch('data:text/x;charset=utf-8;base64,aMOp');
    return [await response.text(), response.headers.get('content-type'), response.status];})()`);
  t.deepEqual(found, ['hé', 'text/x;charset=utf-8', 200]);
  t.deepEqual(isolate.calls, []);
});

test('a stream can be sent when duplex says so', async (t) => {
  await using isolate = await createPlatformIsolate({ fetch: () => ({}) });
  await isolate.run(`(async () => {
    const body = ReadableStream.from([new Uint8Array([1, 2]), new Uint8Array([3])]);
    await fetch('https://a.test/', { method: 'PUT', body, duplex: 'half' });})()`);
  t.is(JSON.parse(isolate.calls[0]!.text).body, 'AQID');
});

test('fetch refuses relative URLs, credentials and forbidden methods', async (t) => {
  await using isolate = await createPlatformIsolate();
  const names = await isolate.run(`
    const tries = [['/a'], ['https://u:p@a.test/'], ['https://a.test/', { method: 'CONNECT' }],
      ['https://a.test/', { body: 'x' }], [], ['https://a.test/', { signal: {} }]];
    Promise.all(tries.map((given) => fetch(...given).catch((error) => error.name)))`);
  t.deepEqual([...new Set(names as string[])], ['TypeError']);
});

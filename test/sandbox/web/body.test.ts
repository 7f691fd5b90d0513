import fc from 'fast-check';
import test from 'ava';

import { inBoth } from '../../_support/both-worlds.ts';
import { createPlatformIsolate, type PlatformIsolate } from '../../_support/platform-isolate.ts';

let isolate: PlatformIsolate;
test.before(async () => {
  isolate = await createPlatformIsolate();
});
test.after.always(() => isolate[Symbol.asyncDispose]());

test('a body is read in every form, and once', async (t) => {
  const read = async (kind: string, method: string): Promise<unknown> => {
    const bodies: { [kind: string]: () => unknown } = {
      text: () => '{"a":"é"}',
      bytes: () => new Uint8Array([123, 125]),
      view: () => new DataView(new Uint8Array([0, 123, 125, 0]).buffer, 1, 2),
      blob: () => new Blob(['[1]'], { type: 'Text/X' }),
      params: () => new URLSearchParams({ a: 'b c' }),
      stream: () => ReadableStream.from([new TextEncoder().encode('{}')]),
      nothing: () => null,
    };
    const response = new Response(bodies[kind]!() as never);
    const value: unknown = await (Reflect.get(response, method) as () => Promise<unknown>).call(
      response,
    );
    const again = await response.text().then(
      () => 'read',
      (error: Error) => error.name,
    );
    const plain =
      value instanceof ArrayBuffer || value instanceof Uint8Array
        ? [...new Uint8Array(value as ArrayBuffer)]
        : value instanceof Blob
          ? [value.type, await value.text()]
          : value instanceof FormData
            ? [...value]
            : value;
    return [plain, response.bodyUsed, again, response.headers.get('content-type')];
  };
  for (const kind of ['text', 'bytes', 'view', 'blob', 'params', 'stream', 'nothing']) {
    for (const method of ['text', 'json', 'arrayBuffer', 'bytes', 'blob', 'formData']) {
      const { node, isolate: own } = await inBoth(isolate, read, kind, method);
      t.deepEqual(own, node, `${kind} ${method}`);
    }
  }
});

test('clones of a response are read independently', async (t) => {
  const clone = async (streamed: boolean): Promise<unknown> => {
    const response = new Response('text', { status: 203, headers: { a: 'b' } });
    if (streamed) void response.body;
    const other = response.clone();
    const texts = [await response.text(), await other.text()];
    const after = ((): string => {
      try {
        response.clone();
        return 'cloned';
      } catch (error) {
        return (error as Error).name;
      }
    })();
    return [texts, after, other.status, other.headers.get('a')];
  };
  for (const streamed of [false, true]) {
    const { node, isolate: own } = await inBoth(isolate, clone, streamed);
    t.deepEqual(own, node);
  }
});

test('Response is made, and refused, as Node makes and refuses it', async (t) => {
  const make = (status: number, text: string, body: string | null): unknown => {
    const response = new Response(body, { status, statusText: text });
    return [response.status, response.statusText, response.ok, response.type, response.url];
  };
  const statuses = fc.constantFrom(101, 199, 200, 204, 205, 299, 304, 404, 599, 600, 65_736);
  await fc.assert(
    fc.asyncProperty(
      statuses,
      fc.constantFrom('', 'OK', 'é', '\n', '€'),
      fc.option(fc.constant('body')),
      async (...given) => {
        const { node, isolate: own } = await inBoth(isolate, make, ...given);
        t.deepEqual(own, node);
      },
    ),
    { numRuns: 100 },
  );
});

test('Response.json, redirect and error answer as those of Node', async (t) => {
  const make = async (kind: string): Promise<unknown> => {
    const makers: { [kind: string]: () => Response } = {
      json: () => Response.json({ a: [1] }, { status: 201 }),
      undefined: () => Response.json(undefined),
      redirect: () => Response.redirect('https://a.test/b c', 307),
      relative: () => Response.redirect('/b'),
      status: () => Response.redirect('https://a.test/', 200 as never),
      error: () => Response.error(),
    };
    const response = makers[kind]!();
    return [response.status, response.type, [...response.headers], await response.text()];
  };
  for (const kind of ['json', 'undefined', 'redirect', 'relative', 'status', 'error']) {
    const { node, isolate: own } = await inBoth(isolate, make, kind);
    t.deepEqual(own, node, kind);
  }
});

test('Request is made, and refused, as Node makes and refuses it', async (t) => {
  const make = async (init: { [name: string]: string }): Promise<unknown> => {
    const request = new Request('https://a.test/x?y#z', init);
    const { method, url, mode, credentials, cache, redirect, referrer, keepalive, duplex } =
      request;
    const fields = { method, url, mode, credentials, cache, redirect, referrer, keepalive, duplex };
    return [fields, [...request.headers], await request.text()];
  };
  const inits = fc.record(
    {
      method: fc.constantFrom('GET', 'get', 'patch', 'PUT', 'post', 'CONNECT', 'a b', ''),
      mode: fc.constantFrom('cors', 'no-cors', 'same-origin', 'navigate', 'nonsense'),
      credentials: fc.constantFrom('omit', 'include', 'never'),
      cache: fc.constantFrom('default', 'no-store', 'only-if-cached'),
      redirect: fc.constantFrom('follow', 'error', 'manual', ''),
      body: fc.constantFrom('text', ''),
      referrer: fc.constantFrom('', 'about:client', 'https://b.test/', ':'),
    },
    { requiredKeys: [] },
  );
  await fc.assert(
    fc.asyncProperty(inits, async (init) => {
      const { node, isolate: own } = await inBoth(
        isolate,
        make,
        init as { [name: string]: string },
      );
      t.deepEqual(own, node);
    }),
    { numRuns: 300 },
  );
});

test('a request is made of a request, whose body moves', async (t) => {
  const move = async (): Promise<unknown> => {
    const first = new Request('https://a.test/', {
      method: 'POST',
      body: 'x',
      headers: { a: '1' },
    });
    const second = new Request(first, { headers: { b: '2' } });
    const third = second.clone();
    const controller = new AbortController();
    const signalled = new Request(third, { signal: controller.signal });
    controller.abort();
    return [first.bodyUsed, await second.text(), [...second.headers], signalled.signal.aborted];
  };
  const { node, isolate: own } = await inBoth(isolate, move);
  t.deepEqual(own, node);
});

test('body is a stream of bytes that can be read with a buffer of the reader', async (t) => {
  const found = await isolate.call(async () => {
    const reader = new Response('hello').body!.getReader({ mode: 'byob' });
    const first = await reader.read(new Uint8Array(3));
    const second = await reader.read(new Uint8Array(3));
    const third = await reader.read(new Uint8Array(3));
    return [[...first.value!], [...second.value!], third.done];
  });
  t.deepEqual(found, [[104, 101, 108], [108, 111], true]);
});

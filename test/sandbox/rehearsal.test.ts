import test from 'ava';

import { createPlatformIsolate } from '../_support/platform-isolate.ts';

/** Everything that can be reached from the global object, without asking any getter, as lines of text. */
function everything(): string[] {
  const seen = new Map<unknown, string>();
  const lines: string[] = [];
  const note = (value: unknown, path: string): void => {
    if ((typeof value !== 'object' && typeof value !== 'function') || value === null) {
      lines.push(`${path} = ${String(value)}`);
    } else if (seen.has(value)) {
      lines.push(`${path} is ${seen.get(value)}`);
    } else {
      seen.set(value, path);
      look(value, path);
    }
  };
  const look = (holder: object, path: string): void => {
    lines.push(`${path} is ${typeof holder}, extensible ${Object.isExtensible(holder)}`);
    note(Object.getPrototypeOf(holder), `${path}.__proto__`);
    for (const key of Reflect.ownKeys(holder)) {
      const own = Object.getOwnPropertyDescriptor(holder, key)!;
      const name = `${path}.${String(key)}`;
      lines.push(`${name} ${own.writable} ${own.enumerable} ${own.configurable}`);
      for (const one of ['value', 'get', 'set'] as const) note(own[one], name);
    }
  };
  look(globalThis, 'globalThis');
  return lines;
}

/** What the language itself remembers of the last match. */
const MATCHED = `[RegExp.lastMatch, RegExp.input, RegExp.lastParen, RegExp.leftContext, RegExp.rightContext, RegExp.$1]`;

test('of a rehearsal nothing is left in the isolate', async (t) => {
  await using fresh = await createPlatformIsolate();
  await using rehearsed = await createPlatformIsolate({ rehearsed: true });
  t.deepEqual(await rehearsed.run(MATCHED), await fresh.run(MATCHED));
  const [expected, found] = [await fresh.call(everything), await rehearsed.call(everything)];
  t.true((expected as string[]).length > 1_000);
  t.deepEqual(found, expected);
});

test('of a rehearsal nothing reaches the host, and no call of the invocation is answered by it', async (t) => {
  const fetch = () => ({ status: 418, body: Buffer.from('"of the host"').toString('base64') });
  await using isolate = await createPlatformIsolate({ rehearsed: true, fetch });
  t.deepEqual([isolate.calls, isolate.logs, isolate.failures], [[], [], []]);
  const script = `fetch('https://a.test/').then(async (r) => [r.status, await r.json()])`;
  t.deepEqual(await isolate.run(script), [418, 'of the host']);
  t.like(isolate.calls, { length: 1, 0: { op: 'fetch', id: 1 } });
});

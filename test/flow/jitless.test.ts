import { readFileSync } from 'node:fs';

import test from 'ava';

import { startWorld, type World, writeExtension } from '../_support/world.ts';

const GRAPH = 'https://graph.microsoft.com';

/** Work that V8 would make machine code of, and a request, as most extensions make one. */
const BUSY = `
function hash(text) {
  let value = 0;
  for (let i = 0; i < 300_000; i++) value = (value * 31 + text.charCodeAt(i % text.length)) | 0;
  return value;
}
export default {
  async decide(signIn, ctx) {
    const response = await fetch('${GRAPH}/v1.0/me?$select=department', {
      headers: { authorization: 'Bearer ' + ctx.token('${GRAPH}') },
    });
    const { department } = await response.json();
    const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(department));
    return hash(department) !== 0 && digest.byteLength === 32 && /^Fin/.test(department)
      ? { decision: 'allow' }
      : { decision: 'deny', code: 'department' };
  },
  enrich: (signIn) => ({ claims: { compiler: typeof WebAssembly, hash: String(hash('a')).slice(0, 1) } }),
};`;

const ME = { resource: GRAPH, allow: ['GET /v1.0/me'] };

/** Memory of a process that can be executed and comes from no file: what machine code is made into. */
function codeOf(pid: number): readonly string[] {
  return readFileSync(`/proc/${pid}/maps`, 'utf8')
    .split('\n')
    .filter((line) => /^\S+ ..x. \S+ 00:00 0\s*$/.test(line));
}

async function signInWith(t: Parameters<typeof startWorld>[0], jitless: boolean): Promise<World> {
  const claims = ['compiler', 'hash'];
  const source = writeExtension(t, 'busy', BUSY, {
    requests: { tokens: [ME], enrich: { claims } },
  });
  const grant = { tokens: [ME], enrich: { claims } };
  return startWorld(t, { jitless, extensions: [{ source, grant }] });
}

test('people sign in through runners without machine code, and are denied, as through others', async (t) => {
  const world = await signInWith(t, true);
  const jane = await world.signIn('jane@contoso.example');
  t.is(jane.record.code, null, JSON.stringify(jane.record.extensions));
  t.true(jane.signedIn);
  t.is(jane.record.principal?.claims['compiler'], 'undefined');
  const { record } = await world.signIn('lena@contoso.example');
  t.like(record, { outcome: 'denied', denial: 'department' });
});

test('such runners have no memory that code was written into', async (t) => {
  const counts = [];
  for (const jitless of [false, true]) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    const world = await signInWith(t, jitless);
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    await world.signIn('jane@contoso.example');
    counts.push(world.gateway.runners.flatMap(codeOf).length);
  }
  t.true(counts[0]! > 0, 'others have');
  t.is(counts[1], 0);
});

test('such runners start with the limit on their data', async (t) => {
  const world = await signInWith(t, true);
  const [pid] = world.gateway.runners;
  const limit = /^Max data size\s+(\S+)/m.exec(readFileSync(`/proc/${pid}/limits`, 'utf8'))?.[1];
  t.true(Number(limit) < 2 * 1024 ** 3, `it is ${limit} bytes`);
  t.false(world.lines.some((line) => line.includes('runner_unlimited')));
});

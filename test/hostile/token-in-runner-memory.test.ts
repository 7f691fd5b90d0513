import { closeSync, openSync, readFileSync, readSync } from 'node:fs';

import test from 'ava';

import { secretsThatMayStandIn } from '../../src/config/secret.ts';
import { startWorld, type World, writeExtension } from '../_support/world.ts';

const GRAPH = 'https://graph.microsoft.com';

/** How tokens of Graph begin: `{"typ":"`. */
const JWT = Buffer.from('{"typ":"').toString('base64url').slice(0, 8);

/** Everything that a process can read of itself: all readable maps of its memory, byte for byte. */
function* memoryOf(pid: number): Generator<Buffer> {
  const memory = openSync(`/proc/${pid}/mem`, 'r');
  try {
    for (const line of readFileSync(`/proc/${pid}/maps`, 'utf8').split('\n')) {
      const [, from, to, mode] = /^([0-9a-f]+)-([0-9a-f]+) (r\S+)/.exec(line) ?? [];
      if (from === undefined || to === undefined || mode === undefined) continue;
      yield* readRange(memory, Number.parseInt(from, 16), Number.parseInt(to, 16));
    }
  } finally {
    closeSync(memory);
  }
}

/** In pieces that overlap, so that nothing is missed at a border. */
function* readRange(memory: number, from: number, to: number): Generator<Buffer> {
  const piece = 8 * 1024 * 1024;
  const overlap = 16 * 1024;
  for (let at = from; at < to; at += piece) {
    const buffer = Buffer.alloc(Math.min(piece + overlap, to - at));
    try {
      yield buffer.subarray(0, readSync(memory, buffer, 0, buffer.length, at));
    } catch {
      return; // a map that says it is readable and is not, such as [vvar]
    }
  }
}

/** What a value looks like in memory: UTF-8, UTF-16, and base64 at each alignment. */
function formsOf(value: string): readonly Buffer[] {
  const base64 = [0, 1, 2].map((offset) => {
    const text = Buffer.concat([Buffer.alloc(offset), Buffer.from(value)]).toString('base64');
    return Buffer.from(
      text.slice(Math.ceil((offset * 8) / 6), Math.floor(((offset + value.length) * 8) / 6)),
    );
  });
  return [Buffer.from(value), Buffer.from(value, 'utf16le'), ...base64];
}

function isIn(chunks: Iterable<Buffer>, value: string): boolean {
  const forms = formsOf(value);
  for (const chunk of chunks) {
    if (forms.some((form) => chunk.includes(form))) return true;
  }
  return false;
}

/** Calls Graph, keeps its answer, and waits, so that its runner can be looked at. */
const LINGERING = `
const kept: unknown[] = [];
export default {
  async decide(signIn, ctx) {
    const token = ctx.token('${GRAPH}');
    const response = await fetch('${GRAPH}/v1.0/me', { headers: { authorization: \`Bearer \${token}\` } });
    kept.push(token, await response.json(), new TextEncoder().encode('planted-' + signIn.principal.oid));
    await new Promise((done) => setTimeout(done, 3_000));
    return { decision: 'allow' };
  },
};`;

test('a token is never in a runner: not in its memory, not on its pipe', async (t) => {
  const frames: Buffer[] = [];
  const grant = { tokens: [{ resource: GRAPH, allow: ['GET /v1.0/me'] }] };
  const source = writeExtension(t, 'lingering', LINGERING, { requests: grant });
  const world = await startWorld(t, {
    extensions: [{ source, grant, limits: { wall: '20s', cpu: '2s' } }],
    tap: (frame) => void frames.push(Buffer.from(frame)),
  });
  const signingIn = world.signIn('jane@contoso.example');
  const token = await tokenOfTheCall(world);
  const [pid = 0] = world.gateway.runners;
  const oid = world.emulator.tenant().people.get('jane@contoso.example').oid;

  t.true(await isPlanted(pid, `planted-${oid}`), 'the control is found: memory was really read');
  t.true(
    isIn(memoryOf(process.pid), token),
    'the token is found where it belongs, in this process',
  );
  t.false(isIn(memoryOf(pid), token), 'the token is not in the runner');
  t.true((await signingIn).signedIn);
  t.true(isIn([Buffer.concat(frames)], oid), 'the control is found: the pipe was really read');
  t.false(isIn([Buffer.concat(frames)], token), 'the token is not on the pipe');
});

/** A runner has an answer some milliseconds after the journal of the service knows of it. */
async function isPlanted(pid: number, value: string): Promise<boolean> {
  for (let tries = 0; tries < 10; tries++) {
    if (isIn(memoryOf(pid), value)) return true;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return false;
}

/** The token for Graph that this process holds while the extension waits. */
async function tokenOfTheCall(world: World): Promise<string> {
  for (let tries = 0; tries < 200; tries++) {
    const called = world.emulator.journal.count({ endpoint: 'graph.me', status: 200 }) > 0;
    const token =
      called && [...secretsThatMayStandIn(JWT)].map((secret) => secret.reveal()).find(isGraphToken);
    if (token) return token;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('Graph was never asked');
}

function isGraphToken(value: string): boolean {
  const [, payload = ''] = value.split('.');
  return value.startsWith('eyJ') && Buffer.from(payload, 'base64url').includes(`"aud":"${GRAPH}"`);
}

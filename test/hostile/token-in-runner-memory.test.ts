import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';

import test from 'ava';

import { secretsThatMayStandIn } from '../../src/config/secret.ts';
import { startWorld, type World, writeExtension } from '../_support/world.ts';

const GRAPH = 'https://graph.microsoft.com';

/** How tokens of Graph begin: `{"typ":"`. */
const JWT = Buffer.from('{"typ":"').toString('base64url').slice(0, 8);

/** Unit: bytes. */
const PAGE = 4_096;

/** Bits of the last byte of an entry of `pagemap`: the page is in memory, or swapped out. */
const TOUCHED = 0xc0;

interface Range {
  readonly from: number;
  readonly to: number;
}

/** Everything that a process can read of itself and ever touched: all readable maps of its memory, byte for byte. */
function* memoryOf(pid: number): Generator<Buffer> {
  const memory = openSync(`/proc/${pid}/mem`, 'r');
  const pages = openSync(`/proc/${pid}/pagemap`, 'r');
  try {
    for (const map of readableMaps(pid)) {
      for (const range of touchedIn(map, pages)) yield* readRange(memory, range);
    }
  } finally {
    closeSync(memory);
    closeSync(pages);
  }
}

function* readableMaps(pid: number): Generator<Range> {
  for (const line of readFileSync(`/proc/${pid}/maps`, 'utf8').split('\n')) {
    const [, from, to] = /^([0-9a-f]+)-([0-9a-f]+) r/.exec(line) ?? [];
    if (from === undefined || to === undefined || line.endsWith('[vsyscall]')) continue;
    yield { from: Number.parseInt(from, 16), to: Number.parseInt(to, 16) };
  }
}

/** The parts of a map that hold something: most of gigabytes that are reserved never does. */
function* touchedIn({ from, to }: Range, pages: number): Generator<Range> {
  const entries = Buffer.alloc(((to - from) / PAGE) * 8);
  const read = readSync(pages, entries, 0, entries.length, (from / PAGE) * 8);
  if (read < entries.length) throw new Error('a part of the memory would not be looked at');
  const count = entries.length / 8;
  let start: number | undefined;
  for (let page = 0; page <= count; page++) {
    const touched = page < count && (entries[page * 8 + 7]! & TOUCHED) !== 0;
    if (touched) start ??= page;
    else if (start !== undefined) {
      yield { from: from + start * PAGE, to: from + page * PAGE };
      start = undefined;
    }
  }
}

/** In pieces that overlap, so that nothing is missed at a border. */
function* readRange(memory: number, { from, to }: Range): Generator<Buffer> {
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

/** With pauses, in which the gateway, which lives in this process, goes on. */
async function isIn(chunks: Iterable<Buffer>, value: string): Promise<boolean> {
  const forms = formsOf(value);
  for (const chunk of chunks) {
    if (forms.some((form) => chunk.includes(form))) return true;
    // oxlint-disable-next-line no-await-in-loop -- what it is for
    await setImmediate();
  }
  return false;
}

/** Calls Graph, keeps its answer, says so, and goes on until it is told by Graph that its runner was looked at. */
const LINGERING = `
const kept: unknown[] = [];
export default {
  async decide(signIn, ctx) {
    const token = ctx.token('${GRAPH}');
    const me = async () => {
      const response = await fetch('${GRAPH}/v1.0/me', { headers: { authorization: \`Bearer \${token}\` } });
      return response.json();
    };
    kept.push(token, await me(), new TextEncoder().encode('planted-' + signIn.principal.oid));
    console.log('it is planted');
    while ((await me()).jobTitle !== 'looked at') await new Promise((done) => setTimeout(done, 100));
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
  await untilPlanted(world);
  const token = tokenOfTheCall();
  const [pid = 0] = world.gateway.runners;
  const { people } = world.emulator.tenant();
  const { oid } = people.get('jane@contoso.example');

  t.true(
    await isIn(memoryOf(pid), `planted-${oid}`),
    'the control is found: memory was really read',
  );
  t.true(
    await isIn(memoryOf(process.pid), token),
    'the token is found where it belongs, in this process',
  );
  t.false(await isIn(memoryOf(pid), token), 'the token is not in the runner');
  people.update('jane@contoso.example', { jobTitle: 'looked at' });
  t.true((await signingIn).signedIn);
  t.true(
    await isIn([Buffer.concat(frames)], oid),
    'the control is found: the pipe was really read',
  );
  t.false(await isIn([Buffer.concat(frames)], token), 'the token is not on the pipe');
});

async function untilPlanted(world: World): Promise<void> {
  while (!world.lines.some((line) => line.includes('it is planted'))) {
    // oxlint-disable-next-line no-await-in-loop -- until it is
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** The token for Graph that this process holds while the extension goes on. */
function tokenOfTheCall(): string {
  const token = [...secretsThatMayStandIn(JWT)].map((secret) => secret.reveal()).find(isGraphToken);
  if (token === undefined) throw new Error('no token for Graph is held');
  return token;
}

function isGraphToken(value: string): boolean {
  const [, payload = ''] = value.split('.');
  return value.startsWith('eyJ') && Buffer.from(payload, 'base64url').includes(`"aud":"${GRAPH}"`);
}

import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import test from 'ava';

import { systemClock } from '../../src/clock.ts';
import { toChange } from '../../src/events/work.ts';
import type { SignInRecord } from '../../src/session/record.ts';
import { openSqlite } from '../../src/store/sqlite.ts';
import type { Kind } from '../../src/store/store.ts';
import { signInByHand } from '../../src/testing/visit.ts';
import { CAUSE } from '../_support/event-worker.ts';
import { openTestStore, storeKey, testClock } from '../_support/open-store.ts';
import { temporaryFolder } from '../_support/temporary-folder.ts';
import { METHOD_ID, startWorld, writeExtension } from '../_support/world.ts';

const WORKER = fileURLToPath(new URL('../_support/event-worker.ts', import.meta.url));

/** Two hundred in all: whole gateways, what a gateway does with its store alone, and runners. */
const GATEWAY_KILLS = 6;
const DISPATCHER_KILLS = 144;
const RUNNER_KILLS = 50;

/** At the same time, on one store. */
const GATEWAYS = 3;

/** Longer than a process that is only slow keeps anything. Unit: milliseconds. */
const LEASE_MS = 2_000;

test(`a process with store and dispatcher that is killed ${DISPATCHER_KILLS} times at random loses no event, tells them in order, and repeats them with their key`, async (t) => {
  t.timeout(240_000);
  const folder = temporaryFolder(t);
  const key = storeKey('k1');
  const [database, journal] = [path.join(folder, 'entrada.db'), path.join(folder, 'journal')];
  const start = (mark: string, causes: number): ChildProcess =>
    spawn(
      process.execPath,
      [
        '--conditions=entrada:source',
        WORKER,
        database,
        journal,
        mark,
        String(causes),
        `${LEASE_MS}`,
      ],
      {
        env: { ...process.env, ENTRADA_TEST_KEY: key.secret.reveal() },
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
  let left = DISPATCHER_KILLS;
  const killOneAfterTheOther = async (gateway: number): Promise<void> => {
    while (left-- > 0) {
      const child = start(`g${gateway}-${left}`, 1_000_000);
      await once(child.stdout!, 'data');
      await pause(Math.random() * 150);
      child.kill('SIGKILL');
      await once(child, 'close');
    }
  };
  await Promise.all(Array.from({ length: GATEWAYS }, (_, index) => killOneAfterTheOther(index)));
  const [code] = await once(start('last', 0), 'close');
  t.is(code, 0, 'the last one did what was left');

  const lines = readFileSync(journal, 'utf8').trim().split('\n');
  const of = (kind: string): readonly string[] =>
    lines.flatMap((line) => (line.startsWith(`${kind} `) ? [line.slice(kind.length + 1)] : []));
  const [committed, told] = [of('committed'), of('told')];
  const store = openTestStore(t, { path: database, keys: [key], clock: systemClock });
  const causes = (await store.list(CAUSE, { limit: 1_000_000 })).map(({ id }) => id);
  t.true(causes.length >= committed.length && committed.length > DISPATCHER_KILLS);
  t.deepEqual(await store.queue.count(), [], 'nothing waits, nothing was given up');

  const events = told.filter((id) => !id.includes('/'));
  t.deepEqual([...new Set(events)].toSorted(), causes, 'each cause was told, and nothing else');
  const work = new Set(told.filter((id) => id.includes('/')));
  const from = [...work].map((id) => id.split('/')[1]!);
  t.deepEqual(
    from.toSorted(),
    causes,
    'what an event led to was done under one key, however often',
  );
  const repeated = events.length - causes.length;
  t.log(`${causes.length} events, ${repeated} of them told again`);
  t.true(repeated > 0, 'some were told twice: else nobody was killed amid one');
  for (const [index, id] of events.entries()) {
    const later = events.slice(index + 1).filter((other) => isSameSession(other, id));
    t.false(
      later.some((other) => other < id),
      `${id} was told in its turn`,
    );
  }
});

/** As the worker gives sessions to its causes. */
function isSameSession(one: string, other: string): boolean {
  const [[mark, number], [otherMark, otherNumber]] = [split(one), split(other)];
  return mark === otherMark && number % 12 === otherNumber % 12;
}

function split(id: string): readonly [string, number] {
  const at = id.lastIndexOf('-');
  return [id.slice(0, at), Number(id.slice(at + 1))];
}

test(`a runner that is killed ${RUNNER_KILLS} times at random loses no event, and repeats it with its key`, async (t) => {
  t.timeout(240_000);
  const clock = testClock();
  const code = `export default {
    events: {
      'signIn.succeeded': async (event) => {
        console.log('began', event.id, event.idempotencyKey);
        await new Promise((resolve) => setTimeout(resolve, 20));
        console.log('ended', event.id, event.idempotencyKey);
      },
    },
  };`;
  const source = writeExtension(t, 'listener', code);
  const world = await startWorld(t, { clock, extensions: [{ source }] });
  const waitedFor = new Set(world.gateway.runners); // people wait for these; events are told by others
  const { path: database } = world.config.store;
  await using store = openSqlite(database, { keys: world.config.keys, clock });
  const ids = Array.from({ length: 120 }, (_, index) => `event-${index}`);
  const append = (id: string): ReturnType<typeof toChange> =>
    toChange(
      { id: `key-of-${id}`, extension: 'listener', lane: null, dueAt: clock.now },
      {
        hook: 'event',
        name: 'signIn.succeeded',
        told: { id },
        signIn: id,
        method: METHOD_ID,
        tokens: { of: 'nobody' },
      },
    );
  await store.commit(ids.map(append));
  let kills = 0;
  let since = 0; // nothing that was said before is under way any more
  const said = (word: string): number =>
    world.lines.slice(since).filter((line) => line.includes(`"${word} `)).length;
  while (kills < RUNNER_KILLS) {
    const more = `later-${ids.length}`; // so that there is always something that can be broken off
    ids.push(more);
    await store.commit([append(more)]);
    for (let waited = 0; waited < 50 && said('began') <= said('ended'); waited++) await pause(10);
    await pause(Math.random() * 20);
    const runners = world.gateway.runners.filter((pid) => !waitedFor.has(pid));
    if (runners.length === 0) continue; // they are being replaced
    // The one that all events run in, or one of those in which what was broken off is run again.
    process.kill(runners[Math.floor(Math.random() * runners.length)]!, 'SIGKILL');
    kills += 1;
    since = world.lines.length;
    clock.now += 60_000; // what failed is due again
  }
  for (let rest = 1; rest > 0; rest = (await store.queue.count()).length) {
    clock.now += 3_600_000;
    await world.gateway.events?.idle();
    for (const { id } of await store.queue.list({ state: 'dead', limit: 200 }))
      await store.queue.replay(id);
  }
  const messages = world.lines.map((line): string => String(JSON.parse(line).msg));
  const of = (what: string): readonly string[] =>
    messages.flatMap((text) => (text.startsWith(`${what} `) ? [text.slice(what.length + 1)] : []));
  const expected = ids.map((id) => `${id} key-of-${id}`).toSorted();
  t.deepEqual([...new Set(of('ended'))].toSorted(), expected, 'each was told to its end');
  t.deepEqual([...new Set(of('began'))].toSorted(), expected, 'under one key each');
  t.true(of('began').length > ids.length, 'some were begun again');
  t.log(`${ids.length} events, ${of('began').length - ids.length} of them begun again`);
});

const GATEWAY = fileURLToPath(new URL('../_support/gateway-process.ts', import.meta.url));

/** Tells of each sign-in, and leaves work for later, which tells of it again. */
const TELLING = `export default {
  events: {
    'signIn.succeeded': async (event, ctx) => {
      console.log('began', event.id, event.idempotencyKey);
      await ctx.enqueue('work.after', { of: event.id });
      await new Promise((resolve) => setTimeout(resolve, 200)); // long enough to be killed amid
      console.log('ended', event.id, event.idempotencyKey);
    },
    'work.after': (event) => console.log('after', event.payload.of, event.idempotencyKey),
  },
};`;

/** Waits until a gateway has started; one that ends instead is a fault. */
async function ready(gateway: ChildProcess): Promise<void> {
  const ended = once(gateway, 'close').then(() => Promise.reject(new Error('it did not start')));
  await Promise.race([once(gateway.stdout!, 'data'), ended]);
  ended.catch(() => undefined); // it is killed later
}

/** As `src/session/records.ts` keeps them. */
const SIGN_IN: Kind<SignInRecord> = { name: 'sign-in', sealed: false, indexes: [] };

/** Longer than a gateway holds what it has taken. Unit: milliseconds. */
const HELD_MS = 40_000;

/** So many sign-ins are waited for at the most before a gateway is killed amid the next ones. */
const MOST_SEEN = 3;

test(`a whole gateway that is killed ${GATEWAY_KILLS} times at random, while people sign in, tells of every sign-in that it made, under one key`, async (t) => {
  t.timeout(240_000);
  let ahead = 0;
  const source = writeExtension(t, 'listener', TELLING);
  const clock = (): number => systemClock() + ahead;
  const world = await startWorld(t, { clock, extensions: [{ source }] });
  await world.gateway[Symbol.asyncDispose]();
  const journal = path.join(world.folder, 'journal');
  const start = (): ChildProcess => {
    ahead += HELD_MS;
    const args = [GATEWAY, path.join(world.folder, 'entrada.yaml'), journal, `${ahead}`];
    return spawn(process.execPath, ['--conditions=entrada:source', ...args], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
  };

  const crowd = { isOver: false, seen: 0, signInMs: 0 };
  const signInAgainAndAgain = async (account: string): Promise<void> => {
    while (!crowd.isOver) {
      const before = performance.now();
      const visited = await signInByHand(world.visitor(), `${world.origin}/`, account).catch(
        () => null, // there is no gateway now
      );
      if (visited?.signedIn !== true) await pause(20);
      else {
        crowd.seen += 1;
        crowd.signInMs = performance.now() - before;
      }
    }
  };
  const people = ['jane@contoso.example', 'emil@contoso.example'].map(signInAgainAndAgain);
  let startMs = 0;
  for (let kill = 1; kill <= GATEWAY_KILLS; kill++) {
    const before = performance.now();
    const gateway = start();
    if (kill % 3 === 0) await pause(Math.random() * startMs); // before it has begun
    else {
      await ready(gateway);
      startMs = performance.now() - before;
      const enough = crowd.seen + Math.ceil(Math.random() * MOST_SEEN);
      for (; crowd.seen < enough; await pause(5));
      await pause(Math.random() * 2 * crowd.signInMs);
    }
    gateway.kill('SIGKILL');
    await once(gateway, 'close');
  }
  crowd.isOver = true;
  await Promise.all(people);

  const { path: database } = world.config.store;
  await using store = openSqlite(database, { keys: world.config.keys, clock });
  const made = (await store.list(SIGN_IN, { limit: 100_000 })).flatMap(({ id, value }) =>
    value.outcome === 'allowed' ? [id] : [],
  );
  t.true(made.length >= crowd.seen, `${crowd.seen} of ${made.length} were seen to end`);
  const last = start();
  await ready(last);
  while ((await store.queue.count()).length > 0) await pause(50);
  last.kill('SIGKILL');
  await once(last, 'close');

  const messages = readFileSync(journal, 'utf8')
    .split('\n')
    .flatMap((line): readonly string[] => (line === '' ? [] : [String(JSON.parse(line).msg)]));
  for (const word of ['began', 'ended', 'after']) {
    const told = messages.flatMap((text) => (text.startsWith(`${word} `) ? [text] : []));
    const keys = new Set(told);
    t.deepEqual(
      [...keys].map((text) => text.split(' ')[1]!).toSorted(),
      made.toSorted(),
      `what ${word} was told of each sign-in, and of nothing else, under one key`,
    );
    t.log(`${word}: ${made.length}, ${told.length - made.length} of them again`);
  }
});

/** A check of a live session among a thousand that are stored, and among a million. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { systemClock } from '../src/clock.ts';
import { generateKey, parseKeys } from '../src/config/keys.ts';
import type { Sessions } from '../src/session/sessions.ts';
import { createSessions } from '../src/session/stored-sessions.ts';
import { createTokenVault } from '../src/session/token-vault.ts';
import { openSqlite } from '../src/store/sqlite.ts';
import type { Change, Store } from '../src/store/store.ts';
import { FORWARD, METHOD, method, newSession, principal } from '../test/_support/people.ts';
import { type Figure, quantile, report } from './_support/report.ts';

const FEW = 1_000;
const MANY = 1_000_000;
/** So many sessions are checked, each twice: read from the store, and as it is remembered. */
const CHECKED = 1_000;
const ROUNDS = 15;
/** In one transaction. */
const AT_ONCE = 2_000;

const folder = mkdtempSync(path.join(tmpdir(), 'entrada-bench-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
const keys = parseKeys(generateKey('bench'));
if (!keys.ok) throw new Error('no key');
const service = { type: 'forward-auth', path: '/auth' } as const;

interface Stored {
  readonly file: string;
  /** Cookies of those sessions that are checked, from all over the store. */
  readonly cookies: readonly string[];
}

function open(file: string): Store {
  if (!keys.ok) throw new Error('no key');
  return openSqlite(file, { keys: keys.value, clock: systemClock });
}

function sessionsOf(store: Store): Sessions {
  return createSessions({
    store,
    vault: createTokenVault(store, systemClock),
    clock: systemClock,
    idleMs: 1_800_000,
    absoluteMs: 43_200_000,
    services: [{ ...FORWARD, authentications: [METHOD] }],
    methods: [method()],
  });
}

async function fill(name: string, count: number): Promise<Stored> {
  const file = path.join(folder, name);
  await using store = open(file);
  const sessions = sessionsOf(store);
  const cookies: string[] = [];
  for (let made = 0; made < count; made += AT_ONCE) {
    const changes: Change[] = [];
    for (let index = made; index < Math.min(made + AT_ONCE, count); index++) {
      const person = principal({ oid: `person-${index}`, username: `person-${index}` });
      const one = sessions.create(newSession({ service, principal: person }));
      changes.push(...one.changes);
      if (index % (count / CHECKED) === 0) cookies.push(one.cookie);
    }
    await store.commit(changes);
  }
  return { file, cookies };
}

interface Times {
  readonly read: readonly number[];
  readonly remembered: readonly number[];
}

/** By a gateway that has just been started: it remembers nothing yet. */
async function checkAll({ file, cookies }: Stored): Promise<Times> {
  await using store = open(file);
  const sessions = sessionsOf(store);
  return { read: await check(sessions, cookies), remembered: await check(sessions, cookies) };
}

/** How long checks took, one after the other. Unit: µs. */
async function check(sessions: Sessions, cookies: readonly string[]): Promise<readonly number[]> {
  const times: number[] = [];
  for (const cookie of cookies) {
    const before = performance.now();
    const session = await sessions.check(service, cookie);
    times.push((performance.now() - before) * 1_000);
    if (!session) throw new Error('a session is not found');
  }
  return times;
}

const few = await fill('few.db', FEW);
const many = await fill('many.db', MANY);
const rounds: { readonly few: Times; readonly many: Times }[] = [];
for (let round = 0; round <= ROUNDS; round++) {
  const pair = { few: await checkAll(few), many: await checkAll(many) };
  if (round > 0) rounds.push(pair);
}
const middle = (values: readonly number[]): number => quantile(values, 0.5);
for (const how of ['read', 'remembered'] as const) {
  const ratios = rounds.map((one) => quantile(one.many[how], 0.99) / quantile(one.few[how], 0.99));
  report(
    ...(['few', 'many'] as const).map((of): Figure => ({
      name: `${how}, among ${of === 'few' ? FEW : MANY}, p99`,
      value: middle(rounds.map((one) => quantile(one[of][how], 0.99))),
      unit: 'µs',
    })),
    {
      name: `${how}, p99 among a million / among a thousand`,
      value: middle(ratios),
      unit: 'ratio',
      bar: { kind: 'at most', value: 1.5 },
    },
  );
}
process.exit(0);

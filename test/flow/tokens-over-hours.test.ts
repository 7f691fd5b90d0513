import test from 'ava';

import type { Session } from '../../src/session/session.ts';
import { testClock } from '../_support/open-store.ts';
import { JANE, nobodyIn, signInAtOnce } from '../_support/rounds.ts';
import { startWorld, type World } from '../_support/world.ts';

const MINUTE = 60_000;
const GRAPH = 'https://graph.microsoft.com';
const STORAGE = 'https://storage.azure.com';

/** The one session of a world. */
async function onlySession(world: World): Promise<Session> {
  const { sessions } = await world.gateway.sessions.list({ limit: 2 });
  const [first, ...more] = sessions;
  if (!first || more.length > 0) throw new Error(`${sessions.length} sessions`);
  return first.session;
}

/** Status of a request to Graph with a session's token. */
async function askGraph(world: World, session: Session): Promise<number> {
  const found = await world.gateway.tokens.createTokenSource(session).token(GRAPH);
  const headers = { authorization: `Bearer ${found?.token.reveal()}` };
  const url = `${world.emulator.authority.map[GRAPH]}/v1.0/me`;
  const limits = { maxBytes: 100_000, timeoutMs: 10_000 };
  return (await world.http({ method: 'GET', url, headers, ...limits })).status;
}

/** Points at which tenants differ, and that must not matter. */
const TENANTS = {
  'tokens of an hour': { policies: { continuousAccess: false }, variants: {} },
  'tokens of a day (continuous access evaluation)': { policies: {}, variants: {} },
  'refresh tokens that work once': {
    policies: { continuousAccess: false },
    variants: { refreshTokenReuse: 'refused' },
  },
} as const;

for (const [what, { policies, variants }] of Object.entries(TENANTS)) {
  test(`a session that is used for eight hours always has live tokens, with ${what} [60] [61]`, async (t) => {
    const clock = testClock();
    const world = await startWorld(t, {
      clock,
      tenant: (seed) => ({ ...seed, policies, variants }),
    });
    const visitor = world.visitor();
    await signInAtOnce(world, JANE, visitor);
    const start = clock.now;
    while (clock.now < start + 8 * 60 * MINUTE) {
      clock.now += 10 * MINUTE;
      t.is((await visitor.open(`${world.origin}/`)).status, 200);
      await world.gateway.tokens.keepFresh();
      const session = await onlySession(world);
      t.deepEqual(
        session.tokens.map(({ resource }) => resource),
        [GRAPH, STORAGE],
      );
      t.true(session.tokens.every(({ expiresAt }) => expiresAt > clock.now));
      t.is(await askGraph(world, session), 200);
    }
    const exchanges = world.emulator.journal.count({
      endpoint: 'token',
      parameters: { grant_type: 'refresh_token' },
    });
    t.true(exchanges >= 12 && exchanges <= 32, `${exchanges} exchanges`);
  });
}

/** What an administrator does to Jane. */
const REVOCATIONS: { readonly [what: string]: (world: World) => void } = {
  'is disabled': (world) => void world.emulator.tenant().people.update(JANE, { enabled: false }),
  'has her sessions revoked': (world) => world.emulator.tenant().people.revokeSessions(JANE),
  'changes her password': (world) => world.emulator.tenant().people.revokeSessions(JANE, 50133),
};

for (const [what, revoke] of Object.entries(REVOCATIONS)) {
  test(`a session of somebody who ${what} ends within 80 minutes, used or not [60] [85]`, async (t) => {
    const clock = testClock();
    const world = await startWorld(t, { clock, file: { session: { idle: '8h' } } });
    const visitor = world.visitor();
    await signInAtOnce(world, JANE, visitor);
    clock.now += MINUTE;
    revoke(world);
    for (let minutes = 0; minutes < 80; minutes += 5) {
      clock.now += 5 * MINUTE;
      await world.gateway.tokens.keepFresh();
    }
    const page = await visitor.open(`${world.origin}/`);
    t.true(page.location?.includes('/__chsps__/login'), 'back to the sign-in page');
    t.true(world.lines.some((line) => line.includes('the session has ended')));
    await nobodyIn(t, world, page);
  });
}

test('a token that Graph refuses because the person was revoked ends the session at once [76] [85]', async (t) => {
  const clock = testClock();
  const world = await startWorld(t, { clock });
  const visitor = world.visitor();
  await signInAtOnce(world, JANE, visitor);
  const session = await onlySession(world);
  clock.now += MINUTE;
  world.emulator.tenant().people.revokeSessions(JANE);
  t.is(await askGraph(world, session), 401);
  world.gateway.tokens.createTokenSource(session).refused?.(GRAPH);
  await world.gateway.tokens[Symbol.asyncDispose]();
  t.is(await world.gateway.sessions.count(), 0);
});

test('an outage of the tenant costs nobody their session, and tokens come again after it [61]', async (t) => {
  const clock = testClock();
  const world = await startWorld(t, {
    clock,
    file: { session: { idle: '8h' } },
    tenant: (seed) => ({ ...seed, policies: { continuousAccess: false } }),
  });
  await signInAtOnce(world);
  world.emulator.resetNext('token', 1000);
  clock.now += 90 * MINUTE;
  await world.gateway.tokens.keepFresh();
  t.is(await world.gateway.sessions.count(), 1);
  const session = await onlySession(world);
  const source = world.gateway.tokens.createTokenSource(session);
  await t.throwsAsync(source.token(STORAGE), { code: 'ENTRA_UNREACHABLE' });
  world.emulator.faults.clear();
  clock.now += 11 * MINUTE;
  await world.gateway.tokens.keepFresh();
  t.is(await askGraph(world, session), 200);
});

test('a session without api_scopes has no tokens, and nothing is asked for it [59] [64]', async (t) => {
  const clock = testClock();
  const world = await startWorld(t, {
    clock,
    method: { api_scopes: null, flow: 'code' },
    file: { session: { idle: '8h' } },
  });
  await signInAtOnce(world);
  const before = world.emulator.journal.count({ endpoint: 'token' });
  clock.now += 2 * 60 * MINUTE;
  await world.gateway.tokens.keepFresh();
  t.is(world.emulator.journal.count({ endpoint: 'token' }), before);
  t.is(await world.gateway.sessions.count(), 1);
});

test('an application’s own token is what its permissions allow, and nobody’s session', async (t) => {
  const world = await startWorld(t, {
    tenant: (seed) => ({
      ...seed,
      applications: (seed.applications ?? []).map((one) => ({
        ...one,
        applicationPermissions: [`${GRAPH}/User.Read.All`],
      })),
    }),
  });
  const method = world.config.authentications[0]?.id ?? '';
  const found = await world.gateway.tokens.createAppTokenSource(method).token(GRAPH);
  const headers = { authorization: `Bearer ${found?.token.reveal()}` };
  const url = `${world.emulator.authority.map[GRAPH]}/v1.0/users?$select=id`;
  const limits = { maxBytes: 1_000_000, timeoutMs: 10_000 };
  t.is((await world.http({ method: 'GET', url, headers, ...limits })).status, 200);
  t.is(await world.gateway.sessions.count(), 0);
});

import path from 'node:path';

import test from 'ava';

import { writeFixture } from '../../src/extensions/replay/fixture.ts';
import type { Recorded } from '../../src/extensions/replay/recording.ts';
import { replay, startApi } from '../../src/testing/index.ts';
import { heard, listener, logged } from '../_support/listeners.ts';
import { temporaryFolder } from '../_support/temporary-folder.ts';
import { exampleFolder, startWorld, type World } from '../_support/world.ts';

const MINUTE = 60_000;
const JANE = 'jane@contoso.example';
const EMIL = 'emil@contoso.example';

/** Method, services and roles of people who sign in at the console as well. */
const WITH_CONSOLE = {
  method: { base_roles: ['operator'] },
  file: {
    roles: [{ id: 'operator', name: 'Operator' }],
    services: [
      { type: 'file-browser', path: '/' },
      { type: 'management-console', path: '/console' },
    ],
  },
} as const;

const oidOf = ({ emulator }: World, account: string): string =>
  emulator.tenant().people.all.find(({ upn }) => upn === account)?.oid ?? '';

/** True when the page opens as it is; false when it leads to the sign-in page. */
async function isIn(visitor: ReturnType<World['visitor']>, url: string): Promise<boolean> {
  return (await visitor.open(url)).status === 200;
}

test('risk-session: whom the risk service warns of is signed out everywhere but at the console, and others stay', async (t) => {
  let ahead = 0;
  const clock = (): number => Date.now() + ahead; // deadlines of extensions are by the real one
  let alerts: readonly object[] = [];
  const risk = await startApi('https://risk.example.com', (request, response) => {
    const json = request.method === 'POST' ? { level: 'none', minutes: 0 } : alerts;
    response.end(JSON.stringify(json));
  });
  t.teardown(() => risk[Symbol.asyncDispose]());
  const grant = {
    fetch: [
      {
        origin: 'https://risk.example.com',
        allow: ['POST /v1/assessments', 'GET /v1/alerts?since'],
      },
    ],
    secrets: { risk_key: { value: 'key-of-the-risk-service', in: ['header'] } },
    enrich: { session: true },
    sessions: { end: true },
  };
  const world = await startWorld(t, {
    clock,
    map: risk.map,
    secrets: { 'risk.crt': risk.ca },
    method: { ...WITH_CONSOLE.method, tls_trusted_certificates: ['secrets/risk.crt'] },
    file: WITH_CONSOLE.file,
    extensions: [{ source: exampleFolder('risk-session'), grant }, { source: listener(t) }],
  });
  const [jane, console_, emil] = [world.visitor(), world.visitor(), world.visitor()];
  const { record } = await world.signIn(JANE, { visitor: jane });
  await world.signIn(JANE, { visitor: console_, path: '/console' });
  await world.signIn(EMIL, { visitor: emil });
  alerts = [{ subject: oidOf(world, JANE), at: 1 }];
  ahead = 5 * MINUTE;
  await world.gateway.events?.idle();

  t.false(await isIn(jane, `${world.origin}/`));
  t.true(await isIn(console_, `${world.origin}/console`));
  t.true(await isIn(emil, `${world.origin}/`));
  const by = { extension: 'risk-session', code: 'risk' };
  const told = heard(world).filter(({ name }) => name === 'session.ended');
  t.like(told, [{ id: record.id, reason: 'extension', by }]);
  t.like(logged(world, 'sessions_ended'), [{ ...by, oid: oidOf(world, JANE), count: 1 }]);
  t.false(world.lines.some((line) => line.includes('key-of-the-risk-service')));
});

/** Ends all sessions of whoever signed in, from the event of the sign-in. */
const ENDS = `export default {
  decide: async ({ principal }, ctx) => {
    const code = await ctx.sessions.end(principal, 'too-early').catch(({ code }) => code);
    console.log('decide', String(code));
    return { decision: 'allow' };
  },
  events: {
    'signIn.succeeded': async ({ principal, id }, ctx) => {
      const ended = await ctx.sessions.end({ ...principal, signIn: id }, 'no-licence');
      console.log('ended', ended, await ctx.sessions.end(principal, 'no-licence'));
    },
  },
};`;

const lines = ({ lines: all }: World): readonly string[] => all.map((line) => JSON.parse(line).msg);

test('a hook in the background ends the session that it hears of; a hook that a person waits for ends none', async (t) => {
  const source = listener(t, ENDS, { requests: { sessions: { end: true } } });
  const world = await startWorld(t, {
    extensions: [{ source, grant: { sessions: { end: true } } }],
  });
  const visitor = world.visitor();
  const { signedIn } = await world.signIn(JANE, { visitor });
  t.true(signedIn);
  await world.gateway.events?.idle();
  t.true(lines(world).includes('decide SESSIONS_REFUSED'));
  t.true(lines(world).includes('ended 1 0'));
  t.false(await isIn(visitor, `${world.origin}/`));
});

test('in shadow mode nobody is signed out, and without the grant the hook fails', async (t) => {
  const requests = { sessions: { end: true } };
  const shadowed = listener(t, ENDS, { requests, name: 'shadowed' });
  const ungranted = listener(t, ENDS, { requests, name: 'ungranted' });
  const world = await startWorld(t, {
    extensions: [
      { source: shadowed, mode: 'shadow', grant: { sessions: { end: true } } },
      { source: ungranted },
    ],
  });
  const visitor = world.visitor();
  await world.signIn(JANE, { visitor });
  await world.gateway.events?.idle();
  t.true(lines(world).includes('ended 1 1'), 'what would have been ended');
  t.like(logged(world, 'event_failed')[0], {
    extension: 'ungranted',
    code: 'SESSIONS_NOT_GRANTED',
  });
  t.true(await isIn(visitor, `${world.origin}/`));
  t.deepEqual(logged(world, 'sessions_ended'), []);
});

test('a recording says how many sessions ended, and replays so', async (t) => {
  const source = listener(t, ENDS, { requests: { sessions: { end: true } } });
  const recorded: Recorded[] = [];
  const world = await startWorld(t, {
    extensions: [{ source, grant: { sessions: { end: true } } }],
    record: (one) => void recorded.push(one),
  });
  const { record } = await world.signIn(JANE);
  await world.gateway.events?.idle();
  const fixture = recorded.find(({ hook }) => hook === 'event')?.fixture;
  t.deepEqual(Object.values(fixture?.sessions ?? {}), [[1, 0]]);
  t.false(JSON.stringify(fixture).includes(record.principal?.oid ?? ''));
  const file = path.join(temporaryFolder(t), 'ended.json');
  writeFixture(file, fixture!);
  const { differences, requests } = await replay(source, file);
  t.deepEqual(differences, []);
  t.deepEqual(
    requests.map(({ done }) => done),
    ['no-licence: 1 ended', 'no-licence: 0 ended'],
  );
});

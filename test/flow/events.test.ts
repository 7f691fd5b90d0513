import { readdirSync } from 'node:fs';
import { constants, getPriority } from 'node:os';

import test from 'ava';

import { connectProxy } from '../_support/fake-proxy.ts';
import {
  asksGraph,
  byItself,
  GRAPH,
  heard,
  listener,
  LISTENER,
  logged,
  TELL,
} from '../_support/listeners.ts';
import { testClock } from '../_support/open-store.ts';
import { startWorld, writeExtension } from '../_support/world.ts';

const MINUTE = 60_000;

test('an extension hears of a sign-in and of the end of its session, in this order', async (t) => {
  const world = await startWorld(t, { extensions: [{ source: listener(t) }] });
  const { record } = await world.signIn('jane@contoso.example');
  const { sessions } = await world.gateway.sessions.list({ limit: 1 });
  await world.gateway.sessions.end(sessions[0]!.session.id, 'sign_out');
  await world.gateway.events?.idle();
  const [succeeded, ended, ...rest] = heard(world);
  t.deepEqual(rest, []);
  t.like(succeeded, {
    name: 'signIn.succeeded',
    id: record.id,
    at: record.endedAt,
    attempt: 1,
    idempotencyKey: `${record.id}.signIn.succeeded.listener`,
    service: { type: 'file-browser', path: '/' },
    shared: {},
  });
  t.is(succeeded?.principal.username, 'jane');
  t.false('home' in succeeded!.principal, 'nothing of the session but the principal');
  t.is(succeeded?.tokens.length, 2);
  t.like(ended, {
    name: 'session.ended',
    id: record.id,
    reason: 'sign_out',
    since: sessions[0]!.session.createdAt,
    idempotencyKey: `${record.id}.session.ended.listener`,
  });
});

test('an extension hears who was denied and why, and asks Graph as the application', async (t) => {
  const { requests, grant } = asksGraph;
  const code = `export default {
    decide: () => ({ decision: 'deny', code: 'no', message: 'Not you.', reason: 'a test' }),
    events: {
      'signIn.denied': async (event, ctx) => {
        const headers = { authorization: 'Bearer ' + ctx.token('${GRAPH}') };
        const { status } = await fetch('${GRAPH}/v1.0/users', { headers });
        console.log('heard', JSON.stringify({ ...event, status }));
      },
    },
  };`;
  const source = listener(t, code, { requests });
  const world = await startWorld(t, { extensions: [{ source, grant }], tenant: byItself });
  const { record } = await world.signIn('jane@contoso.example');
  await world.gateway.events?.idle();
  t.like(heard(world)[0], {
    name: 'signIn.denied',
    id: record.id,
    code: 'SIGN_IN_DENIED',
    denial: 'no',
    message: 'Not you.',
    reason: 'listener: a test',
    status: 200,
  });
  t.is(heard(world)[0]?.principal.username, 'jane');
});

test('a hook that throws is run again with the same key, later each time, and is given up in the end', async (t) => {
  const clock = testClock();
  const code = `${TELL}
    export default { events: { 'signIn.succeeded': (event) => { tell(event); throw new Error('down'); } } };`;
  const world = await startWorld(t, { clock, extensions: [{ source: listener(t, code) }] });
  await world.signIn('jane@contoso.example');
  const waits = [5, 15, 45, 135, 405, 1215, 3600];
  for (const seconds of waits) {
    await world.gateway.events?.idle();
    clock.now += seconds * 1000 - 1;
    const before = heard(world).length;
    await world.gateway.events?.idle();
    t.is(heard(world).length, before, `not before ${seconds} s`);
    clock.now += 1;
  }
  await world.gateway.events?.idle();
  t.deepEqual(
    heard(world).map(({ attempt }) => attempt),
    [1, 2, 3, 4, 5, 6, 7, 8],
  );
  t.is(new Set(heard(world).map(({ idempotencyKey }) => idempotencyKey)).size, 1);
  t.is(logged(world, 'event_failed').length, 7);
  t.like(logged(world, 'event_dead')[0], { kind: 'throw', why: 'Error: down', attempt: 8 });
});

test('a hook asks Graph for the person, also when the session is over by then, until it is signed out', async (t) => {
  const clock = testClock();
  const { requests, grant } = asksGraph;
  const code = `export default {
    events: {
      'signIn.succeeded': async (event, ctx) => {
        let token;
        try { token = ctx.token('${GRAPH}'); } catch ({ code }) {
          return console.log('heard', JSON.stringify({ name: code }));
        }
        const headers = { authorization: 'Bearer ' + token };
        const { status } = await fetch('${GRAPH}/v1.0/me', { headers });
        console.log('heard', JSON.stringify({ name: event.principal.username + status }));
        throw new Error('again');
      },
    },
  };`;
  const source = listener(t, code, { requests });
  const world = await startWorld(t, {
    clock,
    extensions: [{ source, grant }],
    file: { session: { idle: '1m', absolute: '1m' } },
  });
  const { record } = await world.signIn('jane@contoso.example');
  await world.gateway.events?.idle();
  clock.now += 2 * MINUTE;
  t.is(await world.gateway.sessions.count(), 0);
  await world.gateway.sessions.endExpired();
  await world.gateway.events?.idle();
  const { tid, oid } = record.principal!;
  await world.gateway.sessions.endByPerson(tid, oid);
  clock.now += MINUTE;
  await world.gateway.events?.idle();
  t.deepEqual(
    heard(world).map(({ name }) => name),
    ['jane200', 'jane200', 'TOKEN_ENDED'],
  );
});

test('what runs in the background leaves by the proxy of the method whose sign-in it is about', async (t) => {
  await using proxy = await connectProxy();
  const { requests, grant } = asksGraph;
  const code = `export default {
    events: {
      'signIn.succeeded': async (event, ctx) => {
        const headers = { authorization: 'Bearer ' + ctx.token('${GRAPH}') };
        const { status } = await fetch('${GRAPH}/v1.0/me', { headers });
        console.log('heard', JSON.stringify({ name: event.principal.username + status }));
      },
    },
  };`;
  const world = await startWorld(t, {
    method: { group_association: 'base-groups', proxy: `connect://127.0.0.1:${proxy.port}` },
    extensions: [{ source: listener(t, code, { requests }), grant }],
  });
  await world.signIn('jane@contoso.example');
  await world.gateway.events?.idle();
  t.deepEqual(
    heard(world).map(({ name }) => name),
    ['jane200'],
  );
  const { host } = new URL(world.emulator.graph);
  t.true(
    proxy.asked.some(({ line }) => line === host),
    'nothing but the hook asks Graph',
  );
});

test('work that hooks leave for themselves is done in the background, with what it came of', async (t) => {
  const code = `${TELL}
    export default {
      decide: async (signIn, ctx) => {
        await ctx.enqueue('work.first', { from: 'decide' });
        await ctx.enqueue('work.missing').catch(({ code }) => console.log('heard', JSON.stringify({ name: code })));
        return { decision: 'allow' };
      },
      events: {
        'work.first': async (event, ctx) => {
          tell(event);
          await ctx.enqueue('work.second', event.payload);
        },
        'work.second': tell,
      },
    };`;
  const clock = testClock();
  const world = await startWorld(t, { clock, extensions: [{ source: listener(t, code) }] });
  const { record, signedIn } = await world.signIn('jane@contoso.example');
  t.true(signedIn);
  await world.gateway.events?.idle();
  t.is(heard(world).length, 2, 'what work leaves for itself does not follow at once');
  clock.now += 1_000;
  await world.gateway.events?.idle();
  const [refused, first, second] = heard(world);
  t.is(refused?.name, 'ENQUEUE_UNKNOWN');
  for (const [event, name] of [
    [first, 'work.first'],
    [second, 'work.second'],
  ] as const) {
    t.like(event, { name, payload: { from: 'decide' }, signIn: { id: record.id } });
    t.is(event?.principal.username, 'jane');
  }
});

test('work that a hook left before it failed is not done', async (t) => {
  const clock = testClock();
  const code = `${TELL}
    export default {
      events: {
        'signIn.succeeded': async (event, ctx) => {
          await ctx.enqueue('work.after', event.attempt);
          if (event.attempt === 1) throw new Error('too early');
        },
        'work.after': tell,
      },
    };`;
  const world = await startWorld(t, { clock, extensions: [{ source: listener(t, code) }] });
  await world.signIn('jane@contoso.example');
  await world.gateway.events?.idle();
  clock.now += 5_000;
  await world.gateway.events?.idle();
  t.deepEqual(
    heard(world).map(({ payload }) => payload),
    [2],
  );
});

test('an extension in shadow mode hears, sends nothing that changes anything, and leaves nothing', async (t) => {
  const code = `${TELL}
    export default {
      events: {
        'signIn.succeeded': async (event, ctx) => { tell(event); await ctx.enqueue('work.x'); },
        'work.x': tell,
      },
    };`;
  const source = listener(t, code);
  const world = await startWorld(t, { extensions: [{ source, mode: 'shadow' }] });
  await world.signIn('jane@contoso.example');
  await world.gateway.events?.idle();
  t.deepEqual(
    heard(world).map(({ name }) => name),
    ['signIn.succeeded'],
  );
});

test('what waits is done after a restart, and nothing is told to those who do not listen', async (t) => {
  const clock = testClock();
  const code = LISTENER.replace(
    "'signIn.succeeded': tell",
    "'signIn.succeeded': (event) => { tell(event); if (event.attempt === 1) throw new Error('no'); }",
  );
  const other = writeExtension(
    t,
    'other',
    'export default { decide: () => ({ decision: "allow" }) };',
  );
  const world = await startWorld(t, {
    clock,
    extensions: [{ source: listener(t, code) }, { source: other }],
  });
  await world.signIn('jane@contoso.example');
  await world.gateway.events?.idle();
  await world.restart();
  clock.now += 5_000;
  await world.gateway.events?.idle();
  t.deepEqual(
    heard(world).map(({ attempt }) => attempt),
    [1, 2],
  );
});

test('with extensions off nothing is told, and what waits goes on waiting', async (t) => {
  const world = await startWorld(t, { extensionsOff: true, extensions: [{ source: listener(t) }] });
  const { signedIn } = await world.signIn('jane@contoso.example');
  t.true(signedIn);
  t.is(world.gateway.events, null);
});

test('what nobody waits for runs in a process of its own, which gives way to those that people wait for', async (t) => {
  const code = `export default {
    decide: () => ({ decision: 'allow' }),
    events: { 'signIn.succeeded': () => undefined },
  };`;
  const world = await startWorld(t, { extensions: [{ source: listener(t, code) }] });
  const [first, ...others] = world.gateway.runners;
  t.deepEqual(others, []);
  await world.signIn('jane@contoso.example');
  await world.gateway.events?.idle();
  const [background, ...rest] = world.gateway.runners.filter((pid) => pid !== first);
  t.deepEqual(rest, []);
  t.is(getPriority(first), 0);
  for (const thread of readdirSync(`/proc/${background}/task`)) {
    t.is(getPriority(Number(thread)), constants.priority.PRIORITY_BELOW_NORMAL);
  }
});

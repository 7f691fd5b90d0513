import path from 'node:path';

import test from 'ava';

import { runCli } from '../_support/cli.ts';
import { listener } from '../_support/listeners.ts';
import { testClock } from '../_support/open-store.ts';
import { startWorld, writeExtension } from '../_support/world.ts';

test('explain tells the story of a sign-in, claim by claim, and so does --json', async (t) => {
  const source = writeExtension(
    t,
    'hr',
    `export default {
      async decide(signIn, ctx) {
        const { status } = await fetch('https://graph.microsoft.com/v1.0/me', {
          headers: { authorization: 'Bearer ' + ctx.token('https://graph.microsoft.com') },
        });
        return status === 200 ? { decision: 'allow' } : { decision: 'deny', code: 'no' };
      },
      enrich: () => ({ claims: { cost_center: '42' }, groups: { add: ['Legal'] } }),
    };`,
    {
      requests: {
        tokens: [{ resource: 'https://graph.microsoft.com', allow: ['GET /v1.0/me'] }],
        enrich: { claims: ['cost_center'], groups: ['Legal'] },
      },
    },
  );
  const grant = {
    tokens: [{ resource: 'https://graph.microsoft.com', allow: ['GET /v1.0/me'] }],
    enrich: { claims: ['cost_center'], groups: ['Legal'] },
  };
  const world = await startWorld(t, { extensions: [{ source, grant }] });
  const { record } = await world.signIn('jane@contoso.example');
  const config = path.join(world.folder, 'entrada.yaml');
  const { code, stdout, stderr } = await runCli(['explain', record.id, '--config', config]);
  t.is(code, 0, stderr);
  for (const pattern of [
    new RegExp(`^Sign-in ${record.id} {2}allowed$`, 'm'),
    /^ {2}who +jane \(/m,
    /^ {2}\S+ \(entra-id\): accept /m,
    /^hr\.decide {2}[\d.]+ ms {2}sha256-/m,
    /^ {2}GET https:\/\/graph\.microsoft\.com\/v1\.0\/me → 200, by GET \/v1\.0\/me /m,
    /^ {2}group +Staff +entrada\.yaml$/m,
    /^ {2}group +Finance +the group Finance of Entra$/m,
    /^ {2}group +Legal +the extension hr sha256-/m,
    /^ {2}claim +cost_center +"42" +the extension hr sha256-/m,
  ]) {
    t.regex(stdout, pattern);
  }
  const json = await runCli(['explain', record.id, '--json', '--config', config]);
  const { signIn, principal } = JSON.parse(json.stdout);
  t.is(signIn.id, record.id);
  t.like(
    principal.find(({ name }: { name: string }) => name === 'cost_center'),
    { what: 'claim', value: '42', origin: { kind: 'extension', name: 'hr' } },
  );
  t.notRegex(stdout + json.stdout, /eyJ[\w-]+\.[\w-]+\./, 'no token');
  const short = await runCli(['explain', record.id.slice(0, 8), '--config', config]);
  t.is(short.stdout, stdout, 'as lines of the log show it');
  const unknown = await runCli(['explain', 'no-such-id', '--config', config]);
  t.is(unknown.code, 1);
  t.regex(unknown.stderr, /no sign-in no-such-id is kept/);
});

/** Fails at first, leaves work, which is never done; and asks what it may not. */
const BACKGROUND = `export default {
  events: {
    'signIn.succeeded': async (event, ctx) => {
      if (event.attempt === 1) throw new Error('not yet');
      await fetch('https://elsewhere.example/x').catch(() => undefined);
      await ctx.enqueue('work.later', null, { delay: 3600 });
    },
    'session.ended': (event) => event.nobody.username,
    'work.later': () => undefined,
  },
};`;

test('explain tells what was done in the background, what still waits, and how the session ended', async (t) => {
  const clock = testClock();
  const world = await startWorld(t, { clock, extensions: [{ source: listener(t, BACKGROUND) }] });
  const config = path.join(world.folder, 'entrada.yaml');
  const { record } = await world.signIn('jane@contoso.example');
  const { sessions } = await world.gateway.sessions.list({ limit: 1 });
  await world.gateway.events?.idle();
  clock.now += 5_000;
  await world.gateway.events?.idle();
  await world.gateway.sessions.end(sessions[0]!.session.id, 'sign_out');
  await world.gateway.events?.idle();

  const { code, stdout, stderr } = await runCli(['explain', record.id, '--config', config]);
  t.is(code, 0, stderr);
  const told = stdout.slice(stdout.indexOf('In the background'));
  t.regex(told, new RegExp(`listener\\.signIn\\.succeeded {2}done {2}${record.id}\\.signIn`));
  t.regex(
    told,
    /attempt 1 {2}\S+ {2}[\d.]+ ms {2}sha256-\S+\n +failed: throw THROWN: Error: not yet at index\.ts:4:\d+/,
  );
  t.regex(
    told,
    /attempt 2 [^\n]+\n +returned\n +GET https:\/\/elsewhere\.example\/x → \w+, by no rule/,
  );
  t.regex(told, /left work\.later for later/);
  t.regex(told, /listener\.work\.later {2}waiting, due 20\S+ {2}\S+\n(?! +attempt)/);
  t.regex(
    told,
    /listener\.session\.ended {2}waiting, due [^\n]+\n +attempt 1 [^\n]+\n +failed: throw THROWN: TypeError/,
  );
  t.regex(told, /The session ended\n {2}20\S+ {2}sign_out\n/);

  const json = JSON.parse(
    (await runCli(['explain', record.id, '--json', '--config', config])).stdout,
  );
  t.like(json.events[0], {
    name: 'signIn.succeeded',
    state: 'done',
    runs: [{ attempt: 1 }, { attempt: 2 }],
  });
  t.like(json.sessionEnd, { reason: 'sign_out', by: null });
});

test('what was given up says so, and what an operator discarded, too; both are kept as long as the sign-in', async (t) => {
  const clock = testClock();
  const code = `export default { events: { 'signIn.succeeded': () => { throw new Error('down'); } } };`;
  const file = { explain: { retention: '3h' } };
  const world = await startWorld(t, { clock, file, extensions: [{ source: listener(t, code) }] });
  const config = path.join(world.folder, 'entrada.yaml');
  const { record } = await world.signIn('jane@contoso.example');
  for (const seconds of [5, 15, 45, 135, 405, 1215, 3600, 1]) {
    await world.gateway.events?.idle();
    clock.now += seconds * 1000;
  }
  const ask = async (): Promise<{ state: string; runs: object[] }[]> =>
    JSON.parse((await runCli(['explain', record.id, '--json', '--config', config])).stdout).events;
  const [dead] = await ask();
  t.like(dead, { state: 'dead', dueAt: null });
  t.is(dead?.runs.length, 8);
  await runCli(['events', 'discard', '--dead', '--config', config]);
  t.like(await ask(), [{ state: 'discarded' }]);
  clock.now += 2 * 3_600_000;
  t.like(await runCli(['explain', record.id, '--config', config]), { code: 1 });
});

import { createHmac } from 'node:crypto';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import test from 'ava';

import { keepIn } from '../../src/cli/recordings.ts';
import type { Recorded } from '../../src/extensions/replay/recording.ts';
import { NOTHING_GIVEN, writeFixture } from '../../src/extensions/replay/fixture.ts';
import { replay } from '../../src/testing/index.ts';
import { temporaryFolder } from '../_support/temporary-folder.ts';
import { startWorld, writeExtension } from '../_support/world.ts';

const GRAPH = 'https://graph.microsoft.com';

/** Reads Graph with the person's token and a secret in the body, counts, and looks at the clock. */
const SOURCE = `
export default {
  async decide(signIn, ctx) {
    const me = await (await fetch('${GRAPH}/v1.0/me?$select=displayName,department,mail', {
      headers: { authorization: \`Bearer \${ctx.token('${GRAPH}')}\` },
    })).json();
    const count = ((await ctx.kv.get('count')) ?? 0) + 1;
    await ctx.kv.set('count', count);
    const lost = await fetch('${GRAPH}/v1.0/me/elsewhere?of=' + encodeURIComponent(signIn.principal.upn)).catch((error) => error.cause.code);
    return {
      decision: 'deny',
      code: 'recorded',
      reason: JSON.stringify([me.displayName === signIn.principal.name, me.department, count, lost, new Date().toISOString(), signIn.principal.username]),
    };
  },
};`;

const REQUESTS = {
  tokens: [{ resource: GRAPH, allow: ['GET /v1.0/me'] }],
  secrets: ['hr_key'],
};

const GRANT = {
  tokens: [{ resource: GRAPH, allow: ['GET /v1.0/me'] }],
  secrets: { hr_key: { value: 'the-secret-key-of-hr', in: ['header'] } },
};

test('a sign-in at a gateway in recording mode gives fixtures that replay exactly', async (t) => {
  const source = writeExtension(t, 'recorded', SOURCE, { requests: REQUESTS });
  const recorded: Recorded[] = [];
  const world = await startWorld(t, {
    extensions: [
      {
        source,
        grant: GRANT,
      },
    ],
    record: (one) => void recorded.push(one),
  });
  await world.signIn('jane@contoso.example');
  await world.signIn('jane@contoso.example');
  t.is(recorded.length, 2);
  for (const [index, { fixture, hook, extension }] of recorded.entries()) {
    t.like({ hook, extension }, { hook: 'decide', extension: 'recorded' });
    t.deepEqual(fixture.kv, index === 0 ? {} : { count: 1 });
    const file = path.join(temporaryFolder(t), 'recorded.json');
    writeFixture(file, fixture);
    // oxlint-disable-next-line no-await-in-loop -- one after the other, as they were recorded
    const run = await replay(source, file);
    t.deepEqual(run.differences, []);
    t.deepEqual(run.outcome, fixture.expect);
    t.true(
      JSON.stringify(run.outcome).includes(`true,\\"Finance\\",${index + 1}`),
      JSON.stringify(run.outcome),
    );
  }
});

test('no token, no secret and nobody who signed in is in a recording, which is its owner’s alone', async (t) => {
  const source = writeExtension(t, 'recorded', SOURCE, { requests: REQUESTS });
  const folder = temporaryFolder(t);
  const world = await startWorld(t, {
    extensions: [{ source, grant: GRANT }],
    record: keepIn(path.join(folder, 'recordings'), (error) => t.fail(String(error))),
  });
  const { record } = await world.signIn('jane@contoso.example');
  const of = path.join(folder, 'recordings/recorded');
  const [file = ''] = readdirSync(of);
  t.is(file, `${record.id}.decide.json`);
  t.is(statSync(path.join(of, file)).mode & 0o777, 0o600);
  const text = readFileSync(path.join(of, file), 'utf8');
  t.false(/jane/i.test(text), text);
  for (const name of ['oid', 'sub', 'upn'] as const)
    t.false(text.includes(record.principal?.[name] ?? '-'), name);
  t.false(/eyJ[\w-]{10,}|entrada\.token|127\.0\.0\.1/.test(text), text);
});

test('a recording that cannot be kept is told, and nothing is thrown at who signs in', (t) => {
  const file = path.join(temporaryFolder(t), 'file');
  writeFileSync(file, 'no folder');
  const failed: unknown[] = [];
  const keep = keepIn(file, (error) => failed.push(error));
  const fixture = { hook: 'decide', ...NOTHING_GIVEN } as const;
  t.notThrows(() => keep({ extension: 'gate', hook: 'decide', signIn: 'an-id', fixture }));
  t.is(failed.length, 1);
  t.like(failed[0], { code: 'ENOTDIR' });
  t.is(readFileSync(file, 'utf8'), 'no folder');
});

/** Uses everything that is another one in each run, and some of what it was not given. */
const BY_CHANCE = `
export default {
  async decide(signIn, ctx) {
    const { signIn: _, ...keys } = { signIn, uuid: crypto.randomUUID(), number: Math.random(), of: [signIn.invocation, signIn.attempt, signIn.idempotencyKey, signIn.deadline, performance.timeOrigin] };
    const bytes = crypto.getRandomValues(new Uint8Array(40)).toBase64();
    const hmac = await ctx.sign.hmac('hr_key', signIn.principal.upn, { encoding: 'base64' });
    const jwt = await ctx.sign.jwt('hr_key', { sub: signIn.principal.upn });
    const unsigned = await ctx.sign.hmac('other_key', 'x').catch((error) => error.code);
    const notAJwt = await ctx.sign.hmac('hr_key', btoa('{"alg":"HS256"}') + '.e30').catch((error) => error.code);
    const none = (() => { try { return ctx.token('https://vault.azure.net'); } catch (error) { return error.code; } })();
    const form = new FormData();
    form.set('who', signIn.principal.upn);
    const refused = await fetch('${GRAPH}/v1.0/me/manager', { headers: { authorization: 'Bearer ' + ctx.token('${GRAPH}') } }).catch((error) => error.cause.code);
    await fetch('${GRAPH}/v1.0/me?$search=' + encodeURIComponent(hmac), { method: 'GET', headers: { authorization: 'Bearer ' + ctx.token('${GRAPH}'), 'x-id': keys.uuid } });
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(ctx.token('${GRAPH}')))).toHex();
    const boundary = (await new Response(form).text()).split('\\r')[0];
    await ctx.kv.set('told', { hmac });
    return { decision: 'deny', code: 'chance', reason: JSON.stringify({ ...keys, bytes, hmac, jwt, unsigned, notAJwt, none, refused, digest, boundary, clocks: [performance.now(), ctx.remaining(), new File([], 'x').lastModified, new Event('x').timeStamp], handle: ctx.token('${GRAPH}'), key: ctx.secrets.hr_key }) };
  },
};`;

test('what is left to chance, signed or refused at a gateway is the same in its recording and in every replay', async (t) => {
  const source = writeExtension(t, 'chance', BY_CHANCE, {
    requests: {
      tokens: [
        { resource: GRAPH, allow: ['GET /v1.0/me', 'GET /v1.0/me/manager'] },
        { resource: 'https://vault.azure.net', allow: ['GET /secrets/*'] },
      ],
      secrets: ['hr_key'],
    },
  });
  const recorded: Recorded[] = [];
  const world = await startWorld(t, {
    extensions: [
      {
        source,
        grant: { ...GRANT, secrets: { hr_key: { value: 'the-secret-key-of-hr', in: ['sign'] } } },
        limits: { wall: '20s', cpu: '3s' },
      },
    ],
    record: (one) => void recorded.push(one),
  });
  await world.signIn('jane@contoso.example');
  await world.signIn('jane@contoso.example');
  const [fixture, other] = recorded.map((one) => one.fixture);
  const reason = (told: unknown): { readonly [name: string]: unknown } =>
    JSON.parse(JSON.parse(JSON.stringify(told)).decision.reason);
  const [first, second] = [reason(fixture?.expect), reason(other?.expect)];
  for (const name of ['uuid', 'number', 'bytes', 'boundary', 'handle', 'key', 'digest'])
    t.notDeepEqual(first[name], second[name], `${name} is another one in each run`);
  t.like(first, {
    none: 'TOKEN_NOT_GRANTED',
    unsigned: 'SECRET_NOT_GRANTED',
    notAJwt: 'DATA_REFUSED',
    refused: 'PATH_NOT_GRANTED',
  });
  const hmac = createHmac('sha256', 'the-secret-key-of-hr').update('jane@contoso.example');
  t.false(JSON.stringify(fixture).includes(hmac.digest('base64')), 'no signature that counts');

  const file = path.join(temporaryFolder(t), 'recorded.json');
  writeFixture(file, fixture!);
  for (const _ of [1, 2]) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    const run = await replay(source, file);
    t.deepEqual(run.differences, []);
    t.is(JSON.stringify(run.outcome), JSON.stringify(fixture?.expect));
  }
});

test('what differs from a recording is told', async (t) => {
  const source = writeExtension(t, 'recorded', SOURCE.replace("'deny'", "'allow'"), {
    requests: REQUESTS,
  });
  const file = path.join(temporaryFolder(t), 'other.json');
  writeFixture(file, {
    hook: 'decide',
    event: {},
    config: {},
    secrets: {},
    kv: {},
    http: {
      [`GET ${GRAPH}/v1.0/me?$select=displayName,department,mail`]: [{ json: {} }],
      [`GET ${GRAPH}/v1.0/users`]: [{ json: {} }],
    },
    expect: { decision: { decision: 'allow' } },
    recorded: {},
  });
  const { differences } = await replay(source, file);
  t.true(differences.includes(`nothing asked for GET ${GRAPH}/v1.0/users`), differences.join('\n'));
  t.regex(differences.join('\n'), /expected .*, got .*RESULT_INVALID/);
});

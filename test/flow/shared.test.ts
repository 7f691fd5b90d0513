import test from 'ava';

import { startWorld, writeExtension } from '../_support/world.ts';

const RISK = `export default {
  async decide(signIn, ctx) {
    await ctx.share('level', { score: 7, keys: Object.keys(signIn.shared) });
    await ctx.share('secret', 1).catch((error) => ctx.share('refused', error.code));
    return { decision: 'allow' };
  },
  enrich: (signIn) => ({ claims: { own: signIn.shared['risk.level'].score } }),
};`;

const GATE = `export default {
  decide: ({ shared }) => ({ decision: 'deny', code: 'risky', reason: JSON.stringify(shared) }),
};`;

test('a decide reads what extensions before it shared, and nothing that it did not ask for', async (t) => {
  const gate = writeExtension(t, 'gate', GATE, { consumes: ['risk.level', 'risk.refused'] });
  const other = writeExtension(t, 'other', GATE.replace('risky', 'other'));
  const risk = writeExtension(t, 'risk', RISK, { provides: ['level', 'refused'] });
  const world = await startWorld(t, {
    extensions: [{ source: gate }, { source: other }, { source: risk }],
  });
  const { record } = await world.signIn('jane@contoso.example');
  const reasons = record.extensions.map(({ extension, decision }) => [
    extension,
    decision?.decision === 'deny' ? decision.reason : null,
  ]);
  t.deepEqual(reasons, [
    ['gate', '{"risk.level":{"score":7,"keys":[]},"risk.refused":"SHARE_NOT_DECLARED"}'],
    ['other', '{}'],
    ['risk', null],
  ]);
});

test('what an extension in the shadow shares decides nothing by way of another', async (t) => {
  const gate = writeExtension(t, 'gate', GATE, { consumes: ['risk.level'] });
  const risk = writeExtension(t, 'risk', RISK, { provides: ['level', 'refused'] });
  const world = await startWorld(t, {
    extensions: [{ source: gate }, { source: risk, mode: 'shadow' }],
  });
  const { record } = await world.signIn('jane@contoso.example');
  t.like(record.extensions, [{ decision: { reason: '{}' } }]);
});

test('what an extension shared that failed afterwards is read by nobody', async (t) => {
  const gate = writeExtension(t, 'gate', GATE, { consumes: ['risk.level'] });
  const fails = RISK.replace("return { decision: 'allow' };", "throw new Error('too late');");
  const risk = writeExtension(t, 'risk', fails, { provides: ['level', 'refused'] });
  const world = await startWorld(t, {
    extensions: [
      { source: gate },
      { source: risk, on_failure: { throw: 'allow' }, acknowledge_fail_open: true },
    ],
  });
  const { record } = await world.signIn('jane@contoso.example');
  t.like(record.extensions, [{ decision: { reason: '{}' } }, { failure: { kind: 'throw' } }]);
});

test('an enrich reads what its own decide shared', async (t) => {
  const enrich = { claims: ['own'] };
  const requests = { enrich };
  const risk = writeExtension(t, 'risk', RISK, { provides: ['level', 'refused'], requests });
  const world = await startWorld(t, { extensions: [{ source: risk, grant: { enrich } }] });
  const { signedIn, record } = await world.signIn('jane@contoso.example');
  t.true(signedIn);
  t.deepEqual(record.extensions[1]?.patch, { claims: { own: 7 } });
});

test('an extension whose conditions do not hold is not asked', async (t) => {
  const deny = "export default { decide: () => ({ decision: 'deny', code: 'no' }) };";
  const away = writeExtension(t, 'away', deny, { when: { services: ['forward-auth'] } });
  const here = writeExtension(t, 'here', deny.replace("'deny', code: 'no'", "'allow'"), {
    when: { services: ['file-browser'], groups: ['Staff'] },
  });
  const world = await startWorld(t, { extensions: [{ source: away }, { source: here }] });
  const { signedIn, record } = await world.signIn('jane@contoso.example');
  t.true(signedIn);
  t.deepEqual(
    record.extensions.map(({ extension }) => extension),
    ['here'],
  );
});

test('extensions that wait for each other stop the start, each with its place', async (t) => {
  const allow = "export default { decide: () => ({ decision: 'allow' }) };";
  const a = writeExtension(t, 'a', allow, { provides: ['x'], consumes: ['b.x'] });
  const b = writeExtension(t, 'b', allow, { provides: ['x'], consumes: ['a.x'] });
  const error = await t.throwsAsync(startWorld(t, { extensions: [{ source: a }, { source: b }] }));
  t.regex(error?.message ?? '', /The extension a would wait for ever: it reads b\.x/);
  t.regex(error?.message ?? '', /The extension b would wait for ever: it reads a\.x/);
});

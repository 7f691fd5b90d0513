import test from 'ava';

import { startWorld, writeExtension } from '../_support/world.ts';

const IMPLICIT = { api_scopes: null, password: null };

/** The parameters of the authorization request that the tenant got. */
function asked(url: string): URLSearchParams {
  return new URL(url).searchParams;
}

test('with base groups alone only an ID token is asked for, and neither Graph nor the token endpoint', async (t) => {
  const world = await startWorld(t, { method: { ...IMPLICIT, group_association: 'base-groups' } });
  const { signedIn, record } = await world.signIn('jane@contoso.example');
  t.true(signedIn);
  t.deepEqual(
    record.principal?.groups.map(({ name }) => name),
    ['Staff'],
  );
  t.deepEqual(record.principal?.entraGroups, []);
  t.is(world.emulator.journal.count({ endpoint: 'token' }), 0);
  t.is(world.emulator.journal.entries.filter(({ host }) => host.startsWith('graph.')).length, 0);
});

test('the authorization request has form_post, a nonce, select_account and the redirect URI byte for byte', async (t) => {
  const world = await startWorld(t, { method: { ...IMPLICIT, group_association: 'base-groups' } });
  const visitor = world.visitor();
  const page = await visitor.open(
    `${world.origin}/__chsps__/login?method=0c7f9a52-6f5e-4b61-9d50-2f1f3c7b8e11`,
  );
  const parameters = asked(page.location ?? '');
  t.is(parameters.get('response_type'), 'id_token');
  t.is(parameters.get('response_mode'), 'form_post');
  t.is(parameters.get('prompt'), 'select_account');
  t.is(
    parameters.get('redirect_uri'),
    `${world.origin}/?redirect-0c7f9a52-6f5e-4b61-9d50-2f1f3c7b8e11`,
  );
  t.true((parameters.get('nonce') ?? '').length >= 22);
  t.true((parameters.get('state') ?? '').length >= 22);
  t.false(parameters.get('scope')?.includes('GroupMember'));
});

test('with groups of Entra a token for Graph is asked for beside it, and ends in the gateway', async (t) => {
  const seen = writeExtension(
    t,
    'seen',
    `export default { decide: (signIn, ctx) => {
      try { ctx.token('https://graph.microsoft.com'); } catch (error) {
        return { decision: 'deny', code: error.code.toLowerCase().replaceAll('_', '-') };
      }
      return { decision: 'allow' };
    } };`,
    {
      requests: { tokens: [{ resource: 'https://graph.microsoft.com', allow: ['GET /v1.0/me'] }] },
    },
  );
  const world = await startWorld(t, {
    method: IMPLICIT,
    extensions: [
      {
        source: seen,
        grant: { tokens: [{ resource: 'https://graph.microsoft.com', allow: ['GET /v1.0/me'] }] },
      },
    ],
  });
  const { record } = await world.signIn('jane@contoso.example');
  t.deepEqual(
    record.principal?.groups.map(({ name }) => name),
    ['Staff', 'Finance'],
  );
  t.deepEqual(record.tokens, []);
  t.is(record.denial, 'token-not-granted');
  t.is(world.emulator.journal.count({ endpoint: 'token' }), 0);
});

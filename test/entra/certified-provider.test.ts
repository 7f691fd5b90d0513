import test from 'ava';

import { EntraDeniedError } from '../../src/entra/entra-error.ts';
import { startCertifiedProvider } from '../_support/certified-provider.ts';

const USERNAME = 'Jane.R@contoso.example';
const GROUPS = { groupAssociation: 'base-and-azure-groups' } as const;

for (const [what, config] of [
  ['an ID token', { credential: null }],
  ['an ID token with an access token', { ...GROUPS, credential: null }],
  ['a code', { flow: 'code' }],
  ['a code, for groups', { ...GROUPS, flow: 'code' }],
  ['a code beside an ID token', { flow: 'hybrid' }],
] as const) {
  test(`a provider that the OpenID Foundation certified signs people in by ${what} [13] [15] [30]`, async (t) => {
    await using provider = await startCertifiedProvider();
    const entra = provider.method(config);
    const { identity } = await entra.finish(await provider.visit(entra));
    t.is(identity.preferredUsername, USERNAME);
    if ('groupAssociation' in config) t.true((identity.groups?.length ?? 0) > 0);
    else t.is(identity.groups, null);
  });
}

test('an answer of it counts once [20] [N68]', async (t) => {
  await using provider = await startCertifiedProvider();
  const entra = provider.method({ flow: 'code' });
  const answer = await provider.visit(entra);
  await entra.finish(answer);
  await t.throwsAsync(entra.finish(answer), { code: 'ENTRA_STATE_UNKNOWN' });
});

test('it names its issuer, which is not left out of an answer by anybody [30] [N72]', async (t) => {
  await using provider = await startCertifiedProvider();
  const entra = provider.method({ flow: 'code' });
  const answer = await provider.visit(entra);
  t.true(answer.parameters.some(([name]) => name === 'iss'));
  const parameters = answer.parameters.filter(([name]) => name !== 'iss');
  await t.throwsAsync(entra.finish({ ...answer, parameters }), { code: 'ENTRA_RESPONSE_ISSUER' });
});

test('a code that somebody else’s verifier would have to prove is refused by it [N93] [N101]', async (t) => {
  await using provider = await startCertifiedProvider();
  const entra = provider.method({ flow: 'code' });
  const [first, second] = [await provider.visit(entra), await provider.visit(entra)];
  const code = first.parameters.filter(([name]) => name === 'code');
  const rest = second.parameters.filter(([name]) => name !== 'code');
  await t.throwsAsync(entra.finish({ ...second, parameters: [...rest, ...code] }), {
    code: 'ENTRA_GRANT_REFUSED',
  });
});

test('whoever declines there is not signed in here [31]', async (t) => {
  await using provider = await startCertifiedProvider();
  const entra = provider.method({ flow: 'code' });
  const answer = await provider.visit(entra, true);
  await t.throwsAsync(entra.finish(answer), {
    instanceOf: EntraDeniedError,
    code: 'ENTRA_ACCESS_DENIED',
  });
  t.false(provider.asked.some((path) => path.endsWith('/oauth2/token')));
});

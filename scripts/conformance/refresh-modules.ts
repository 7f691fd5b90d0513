import { EntradaError } from '../../src/errors.ts';
import type { TamperName } from '../../src/emulator/index.ts';
import { openSite, withCode } from '../../test/_support/entra-emulator.ts';
import type { Module } from './module.ts';

const STORAGE = 'https://storage.azure.com';

/** A refresh whose ID token lies. */
async function refreshUnder(lie?: TamperName): Promise<string> {
  await using site = await openSite();
  const { entra, signIn } = site.method(withCode('User.Read', `${STORAGE}/user_impersonation`));
  const { tokens, identity } = await signIn();
  if (tokens.refreshToken === null) return 'no refresh token';
  if (lie !== undefined) site.tenant.tampering.on(lie);
  try {
    const { accessToken } = await entra.refresh(tokens.refreshToken, STORAGE, identity);
    return accessToken.resource === STORAGE ? 'accepted' : accessToken.resource;
  } catch (error) {
    if (error instanceof EntradaError) return error.code;
    throw error;
  }
}

const ROWS: readonly (readonly [name: string, expected: string, lie?: TamperName])[] = [
  ['refresh-token', 'accepted'],
  ['refresh-token-invalid-issuer', 'ENTRA_TOKEN_ISSUER', 'iss-other-tenant'],
  ['refresh-token-invalid-sub', 'ENTRA_OTHER_PERSON', 'sub-other'],
];

/** The plan about refresh tokens. */
export const REFRESH_MODULES: readonly Module[] = ROWS.map(([name, expected, lie]) => ({
  plan: 'refreshtoken',
  type: 'code',
  name,
  expected,
  run: () => refreshUnder(lie),
}));

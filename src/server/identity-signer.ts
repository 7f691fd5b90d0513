import { calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK, SignJWT } from 'jose';
import type { CryptoKey, JWK, JWTPayload } from 'jose';

import type { Clock } from '../clock.ts';
import { toSeconds } from '../clock.ts';
import { isEntradaError } from '../errors.ts';
import type { Session } from '../session/session.ts';
import type { Kind, Store } from '../store/store.ts';

/** Signs who somebody is, so that an application need not believe whoever can reach it. */
export interface IdentitySigner {
  /** A JWT that lives five minutes. */
  sign(session: Session): Promise<string>;
  /** Public keys, as a JSON Web Key Set. */
  readonly keys: { readonly keys: readonly JWK[] };
}

/** What `createIdentitySigner` needs. */
export interface IdentityOptions {
  readonly store: Store;
  readonly clock: Clock;
  /** Of the gateway and of the applications behind it: issuer and audience. */
  readonly origin: string;
}

const KEY: Kind<JWK> = { name: 'identity-key', sealed: true, indexes: [] };
const KEY_ID = 'es256';
const ALGORITHM = 'ES256';

/** How long a signed identity is believed: a proxy hands it over at once. Unit: seconds. */
const LIFETIME_S = 300;

/** The key lives as long as the database. Unit: milliseconds since 1970-01-01 UTC. */
const NEVER = Date.UTC(9999, 0);

/**
 * Takes the key pair from the store, where it is sealed, or makes one at the first start.
 *
 * @throws {StoreError} as the store does.
 */
export async function createIdentitySigner(options: IdentityOptions): Promise<IdentitySigner> {
  const { clock, origin } = options;
  const { kid, publicKey, privateKey } = await readKeys(options.store);
  return {
    keys: { keys: [publicKey] },
    sign: async (session) =>
      new SignJWT(claimsOf(session))
        .setProtectedHeader({ alg: ALGORITHM, kid, typ: 'JWT' })
        .setIssuer(origin)
        .setAudience(origin)
        .setIssuedAt(toSeconds(clock()))
        .setExpirationTime(toSeconds(clock()) + LIFETIME_S)
        .sign(privateKey),
  };
}

/** The identity is tenant and object id; all else may change. Nothing of the session or its tokens. */
function claimsOf({ principal }: Session): JWTPayload {
  const { tid, oid, username, name, email, upn, groups, roles } = principal;
  return {
    sub: `${tid}/${oid}`,
    tid,
    oid,
    preferred_username: username,
    groups: groups.map((group) => group.name),
    roles: roles.map((role) => role.name),
    ...(name === undefined ? {} : { name }),
    ...(email === undefined ? {} : { email }),
    ...(upn === undefined ? {} : { upn }),
  };
}

interface Keys {
  readonly kid: string;
  readonly publicKey: JWK;
  readonly privateKey: CryptoKey;
}

async function readKeys(store: Store): Promise<Keys> {
  const kept = await store.get(KEY, KEY_ID);
  if (kept !== undefined) await sealAgain(store, kept.value);
  const jwk = kept?.value ?? (await makeKey(store));
  const { kty = '', crv = '', x = '', y = '' } = jwk;
  const kid = await calculateJwkThumbprint(jwk);
  const privateKey = await importJWK(jwk, ALGORITHM);
  if (privateKey instanceof Uint8Array) throw new TypeError('the identity key is no key pair');
  return { kid, publicKey: { kty, crv, x, y, kid, use: 'sig', alg: ALGORITHM }, privateKey };
}

/** It ends never, and the key of the store that sealed it does: at each start it is sealed with the one of today. */
async function sealAgain(store: Store, value: JWK): Promise<void> {
  await store.commit([{ op: 'replace', kind: KEY, id: KEY_ID, value }]);
}

/** Of two gateways that start on one new database, the first one's key is kept. */
async function makeKey(store: Store): Promise<JWK> {
  const pair = await generateKeyPair(ALGORITHM, { extractable: true });
  const value = await exportJWK(pair.privateKey);
  const put = {
    op: 'put',
    kind: KEY,
    id: KEY_ID,
    value,
    expiresAt: NEVER,
    ifAbsent: true,
  } as const;
  try {
    await store.commit([put], { durable: true });
    return value;
  } catch (error) {
    const kept = isEntradaError(error, 'STORE_CONFLICT') && (await store.get(KEY, KEY_ID));
    if (kept) return kept.value;
    throw error;
  }
}

import { createHmac, hkdfSync } from 'node:crypto';

import { type Clock, toSeconds } from '../../clock.ts';
import { Secret } from '../../config/secret.ts';
import {
  type HmacCall,
  headerOf,
  type JwtCall,
  keyOf,
  sign,
  type SignCall,
  type Signer,
} from '../broker/sign.ts';

/** Signatures by each algorithm have so many bytes; those of RSA are as with the shortest keys that are in use. */
const BYTES: { readonly [algorithm in JwtCall['algorithm']]: number } = {
  HS256: 32,
  HS384: 48,
  HS512: 64,
  RS256: 256,
  PS256: 256,
  ES256: 64,
  EdDSA: 64,
};

/**
 * Signs in a replay: as at a gateway with the secrets that a fixture gives, and with signatures that are made up, the same
 * each time, in the place of those that it does not.
 */
export function replaySigner(secrets: { readonly [name: string]: string }): Signer {
  return async (call, grant, clock) => {
    const key = keyOf(call, grant);
    if (!(key instanceof Secret)) return key;
    return Object.hasOwn(secrets, call.secret)
      ? sign(call, grant, clock)
      : { ok: true, value: madeUpSignature(call, clock) };
  };
}

/** What stands for a signature: it has its form, and no key made it. */
export function madeUpSignature(call: SignCall, clock: Clock): string {
  return call.kind === 'hmac' ? madeUpHmac(call) : madeUpJwt(call, clock);
}

function madeUpHmac({ secret, data, hash, encoding }: HmacCall): string {
  return createHmac(hash.replace('-', ''), madeUp(secret)).update(data).digest(encoding);
}

function madeUpJwt(call: JwtCall, clock: Clock): string {
  const { secret, claims, algorithm, lifetime } = call;
  const iat = toSeconds(clock());
  const signed = [headerOf(call), { ...claims, iat, exp: iat + lifetime }].map(encode).join('.');
  const signature = hkdfSync('sha256', signed, madeUp(secret), '', BYTES[algorithm]);
  return `${signed}.${Buffer.from(signature).toString('base64url')}`;
}

const encode = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url');

/** The value of a secret that nobody gave. */
export function madeUp(secret: string): string {
  return `made-up-${secret}`;
}

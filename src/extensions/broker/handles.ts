import { randomFillSync } from 'node:crypto';

import type { AccessToken } from '../../entra/identity.ts';
import type { SecretGrant } from '../../config/config.ts';
import type { Secret } from '../../config/secret.ts';
import type { EffectiveGrant } from '../grant.ts';

/** Where the broker gets tokens from; the gateway wires it. */
export interface TokenSource {
  /** The token of a resource as it is now; undefined when this person has none for it. */
  token(resource: string): Promise<AccessToken | undefined>;
}

/** A stand-in for a token. */
export interface TokenHandle {
  readonly resource: string;
  /** What the extension holds: the handle, or the token itself where that was granted. */
  readonly text: string;
  readonly token: Secret;
  /** `text` is the token itself. */
  readonly raw: boolean;
}

/** A stand-in for a secret. */
export interface SecretHandle {
  readonly name: string;
  readonly text: string;
  readonly secret: SecretGrant;
}

/** The stand-ins of one invocation. They mean nothing to any other. */
export interface Handles {
  readonly tokens: readonly TokenHandle[];
  readonly secrets: readonly SecretHandle[];
}

const HANDLE_BYTES = 16;

/** Random bytes are asked for in blocks: a call of the generator takes longer than everything else of a handle. */
const pool = Buffer.alloc(HANDLE_BYTES * 256);
let used = pool.length;

/** The shape of a handle: telling by its look what it is, and too long to be guessed (128 bits). */
function mint(kind: 'token' | 'secret'): string {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  const text = pool.toString('base64url', used, used + HANDLE_BYTES);
  pool.fill(0, used, used + HANDLE_BYTES);
  used += HANDLE_BYTES;
  return `entrada.${kind}.${text}`;
}

/** Anything that looks like a handle, of this invocation or of another. */
export const HANDLE: RegExp = /entrada\.(?:token|secret)\.[\w-]{22}/;

/** Makes the stand-ins of an invocation. A resource for which there is no token gets none. */
export async function mintHandles(grant: EffectiveGrant, source: TokenSource): Promise<Handles> {
  const tokens = await Promise.all(
    grant.tokens.map(async ({ resource, expose }) => {
      const token = await source.token(resource);
      if (!token) return [];
      const raw = expose === 'raw';
      const text = raw ? token.token.reveal() : mint('token');
      return [{ resource, text, token: token.token, raw }];
    }),
  );
  const secrets = [...grant.secrets].map(([name, secret]) => ({
    name,
    text: mint('secret'),
    secret,
  }));
  return { tokens: tokens.flat(), secrets };
}

/** Everything that the stand-ins of an invocation stand for. */
export function secretsOf({ tokens, secrets }: Handles): readonly Secret[] {
  return [...tokens.map(({ token }) => token), ...secrets.map(({ secret }) => secret.value)];
}

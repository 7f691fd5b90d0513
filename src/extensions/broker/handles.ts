import { randomFillSync } from 'node:crypto';

import type { AccessToken } from '../../entra/identity.ts';
import type { SecretGrant } from '../../config/config.ts';
import { Secret } from '../../config/secret.ts';
import { isEntradaError, type ErrorCode } from '../../errors.ts';
import type { EffectiveGrant, TokenAllowance } from '../grant.ts';
import { bytesOf, type Seed } from '../seed.ts';

/** Where the broker gets tokens from; the gateway wires it. */
export interface TokenSource {
  /**
   * The token of a resource as it is now; undefined when this person has none for it.
   *
   * @throws {EntradaError} When there should be one, and it cannot be had now. Its code is the reason.
   */
  token(resource: string): Promise<Pick<AccessToken, 'token'> | undefined>;
  /** Hears that an API does not take the token of a resource any more, although it is not over. */
  refused?(resource: string): void;
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

/** A token that was granted and could not be had. */
export interface UnavailableToken {
  readonly resource: string;
  /** A code of ours. */
  readonly reason: ErrorCode;
}

/** The stand-ins of one invocation. They mean nothing to any other. */
export interface Handles {
  readonly tokens: readonly TokenHandle[];
  readonly unavailable: readonly UnavailableToken[];
  readonly secrets: readonly SecretHandle[];
}

const HANDLE_BYTES = 16;

/** Random bytes are asked for in blocks: a call of the generator takes longer than everything else of a handle. */
const pool = Buffer.alloc(HANDLE_BYTES * 256);
let used = pool.length;

/** Makes a stand-in: telling by its look what it is, and too long to be guessed (128 bits). */
type Mint = (kind: 'token' | 'secret', of: string) => string;

const mintFrom =
  (seed: Seed): Mint =>
  (kind, of) => {
    const bytes = bytesOf(seed, `${kind} ${of}`).subarray(0, HANDLE_BYTES);
    return `entrada.${kind}.${bytes.toString('base64url')}`;
  };

const mintRandom: Mint = (kind) => {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  const text = pool.toString('base64url', used, used + HANDLE_BYTES);
  pool.fill(0, used, used + HANDLE_BYTES);
  used += HANDLE_BYTES;
  return `entrada.${kind}.${text}`;
};

/** Anything that looks like a handle, of this invocation or of another. */
export const HANDLE: RegExp = /entrada\.(?:token|secret)\.[\w-]{22}/;

/**
 * Makes the stand-ins of an invocation, one for each resource, in however many entries its token is granted. A resource for which there is no token gets none; one whose token cannot be had is
 * told as such. Never rejects: an extension that does without a token must not fail for it.
 *
 * @param seed Of a recording or a replay: the stand-ins come of it, as hard to guess for the extension as others.
 */
export async function mintHandles(
  grant: EffectiveGrant,
  source: TokenSource,
  seed?: Seed,
): Promise<Handles> {
  const mint = seed === undefined ? mintRandom : mintFrom(seed);
  const byResource = Map.groupBy(grant.tokens, ({ resource }) => resource);
  const asked = await Promise.all(
    [...byResource].map(([resource, allowances]) => {
      const raw = allowances.some(({ expose }) => expose === 'raw');
      return ask({ resource, expose: raw ? 'raw' : 'handle' }, source, mint);
    }),
  );
  const secrets = [...grant.secrets].map(([name, secret]) => ({
    name,
    text: mint('secret', name),
    secret,
  }));
  return {
    tokens: asked.flatMap((one) => (one && 'token' in one ? [one] : [])),
    unavailable: asked.flatMap((one) => (one && 'reason' in one ? [one] : [])),
    secrets,
  };
}

async function ask(
  { resource, expose }: Pick<TokenAllowance, 'resource' | 'expose'>,
  source: TokenSource,
  mint: Mint,
): Promise<TokenHandle | UnavailableToken | undefined> {
  try {
    const found = await source.token(resource);
    if (!found) return undefined;
    const { token } = found;
    const raw = expose === 'raw';
    return { resource, text: raw ? token.reveal() : mint('token', resource), token, raw };
  } catch (error) {
    return { resource, reason: isEntradaError(error) ? error.code : 'SERVER_INTERNAL' };
  }
}

/** Everything that the stand-ins of an invocation stand for. */
export function secretsOf({ tokens, secrets }: Handles): readonly Secret[] {
  return [...tokens.map(({ token }) => token), ...secrets.map(({ secret }) => secret.value)];
}

/** Shorter parts of an URL are found in ordinary words. Unit: UTF-16 code units. */
const MIN_PART = 16;

const parts = new WeakMap<Secret, readonly Secret[]>();

/**
 * Everything that an answer must not show: what the stand-ins stand for, and the URLs that the extension knows by a name
 * alone, whole and in the parts that services tell of: what cannot be found is named by its path, and what is not let in by
 * its signature.
 */
export function hiddenFrom({
  handles,
  grant,
}: {
  readonly handles: Handles;
  readonly grant: Pick<EffectiveGrant, 'named'>;
}): readonly Secret[] {
  return [...secretsOf(handles), ...grant.named.flatMap(({ url }) => [url, ...partsOf(url)])];
}

function partsOf(url: Secret): readonly Secret[] {
  const known = parts.get(url);
  if (known) return known;
  const parsed = URL.parse(url.reveal());
  const made = [...new Set(parsed ? textsOf(parsed) : [])]
    .filter((text) => text.length >= MIN_PART)
    .map((text) => new Secret(text));
  parts.set(url, made);
  return made;
}

/** The longest first: what is left of an URL without one of its parts could still be told. */
function textsOf({ pathname, search, searchParams }: URL): readonly string[] {
  const asWritten = search.split('&').map((one) => one.slice(one.indexOf('=') + 1));
  const values = [...searchParams.values(), ...asWritten];
  return [pathname + search, pathname, ...pathname.split('/'), search, ...values];
}

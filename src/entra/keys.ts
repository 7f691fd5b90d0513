import { randomUUID } from 'node:crypto';
import { isLately } from '../clock.ts';
import { readAnswer, send, type BackChannel } from './back-channel.ts';
import { EntraTokenError, EntraUnavailableError } from './entra-error.ts';
import type { EntraLog } from './entra-log.ts';
import { readKeys, type SigningKey } from './key-set.ts';
import type { EntraLimits } from './limits.ts';
import type { Metadata } from './metadata.ts';
import { createCached, type Freshness, type Cached } from './cached.ts';

/** The tenant's keys. */
export interface Keys {
  /**
   * The keys that a token may be signed with: those of its `kid`, or the only one of the tenant when it names none.
   * Never empty.
   *
   * @throws {EntraTokenError} `ENTRA_TOKEN_KEY` when there is none.
   * @throws {EntraUnavailableError} `ENTRA_UNREACHABLE` when no keys can be had.
   * @throws {EntraSetupError} `ENTRA_KEYS_REFUSED` when the document has no usable key.
   */
  candidates(kid: string | undefined): Promise<readonly SigningKey[]>;
  /**
   * How many keys there are.
   *
   * @throws {EntraError} As `candidates`.
   */
  count(): Promise<number>;
  readonly freshness: Freshness;
}

export interface KeysParts {
  readonly metadata: Cached<Metadata>;
  readonly applicationId: string;
  readonly channel: BackChannel;
  readonly limits: EntraLimits;
  readonly log: EntraLog;
}

/**
 * Microsoft: cached for a day, asked for hourly, so that a key that was withdrawn is forgotten.
 *
 * @see https://learn.microsoft.com/entra/identity-platform/signing-key-rollover
 */
const LIFETIMES = {
  freshMs: 3_600_000,
  staleMs: 24 * 3_600_000,
  endMs: 7 * 24 * 3_600_000,
  retryMs: 60_000,
};

/**
 * Time between two fetches that tokens with an unknown `kid` may cause, all people together. Unit: milliseconds. Microsoft
 * says 5 minutes; after an emergency roll-over that would be 5 minutes of refused sign-ins, and one fetch a minute is no
 * load for anybody.
 */
export const UNKNOWN_KID_COOLDOWN_MS = 60_000;

/** Keys of a tenant: fetched when first needed, kept, and fetched anew when a token names one that is not there. */
export function createKeys(parts: KeysParts): Keys {
  const { clock } = parts.channel;
  let askForApplication = false;
  const cache = createCached(() => loadKeys(parts, askForApplication), LIFETIMES, clock);
  let chase: Promise<readonly SigningKey[]> | undefined;
  let chasedAt = Number.NEGATIVE_INFINITY;

  /** Fetches for the sake of one token, and tells the keys that there are then. */
  async function fetchFor(kid: string, isNew: boolean): Promise<readonly SigningKey[]> {
    const keys = isNew ? await cache.get() : await cache.refresh();
    if (askForApplication || has(keys, kid)) return keys;
    // An application with claims mapping has keys of its own, listed only for its id.
    const own = await fetchKeys(parts, await jwksUri(parts, true)).catch(() => []);
    askForApplication = has(own, kid);
    return askForApplication ? cache.refresh() : keys;
  }

  function chaseKey(kid: string, isNew: boolean): Promise<readonly SigningKey[]> | undefined {
    if (chase !== undefined || isLately(chasedAt, UNKNOWN_KID_COOLDOWN_MS, clock())) return chase;
    chasedAt = clock();
    parts.log('info', 'a token names an unknown signing key; the keys are fetched anew');
    chase = fetchFor(kid, isNew).finally(() => {
      chase = undefined;
    });
    return chase;
  }

  async function keysFor(kid: string | undefined): Promise<readonly SigningKey[]> {
    const { loads } = cache;
    const known = await cache.get();
    const isNew = cache.loads !== loads;
    if (kid === undefined || has(known, kid)) return known;
    // The last good keys stay when fetching fails; this token is refused all the same.
    return (await chaseKey(kid, isNew)?.catch(() => undefined)) ?? cache.get();
  }

  return {
    candidates: async (kid) => select(await keysFor(kid), kid),
    count: async () => (await cache.get()).length,
    get freshness() {
      return cache.freshness;
    },
  };
}

const has = (keys: readonly SigningKey[], kid: string): boolean =>
  keys.some((key) => key.kid === kid);

function select(keys: readonly SigningKey[], kid: string | undefined): readonly SigningKey[] {
  const found = kid === undefined ? keys : keys.filter((key) => key.kid === kid);
  if (found.length === 0)
    throw new EntraTokenError('ENTRA_TOKEN_KEY', 'the key is not one of the tenant’s');
  if (kid === undefined && found.length > 1) {
    throw new EntraTokenError('ENTRA_TOKEN_KEY', 'the token names no key, and there are several');
  }
  return found;
}

async function loadKeys(
  parts: KeysParts,
  askForApplication: boolean,
): Promise<readonly SigningKey[]> {
  const keys = await fetchKeysWhereTheyAre(parts);
  if (!askForApplication) return keys;
  const own = await fetchKeys(parts, await jwksUri(parts, true));
  return [...keys, ...own.filter(({ kid }) => kid === undefined || !has(keys, kid))];
}

/** When the keys are not where they were, the discovery document may say where they went. */
async function fetchKeysWhereTheyAre(parts: KeysParts): Promise<readonly SigningKey[]> {
  const uri = await jwksUri(parts, false);
  try {
    return await fetchKeys(parts, uri);
  } catch (error) {
    const moved = await parts.metadata.refresh().catch(() => undefined);
    if (moved === undefined || moved.jwksUri === uri) throw error;
    return fetchKeys(parts, moved.jwksUri);
  }
}

/** @see https://learn.microsoft.com/entra/identity-platform/access-tokens#validate-the-signature on `appid` */
async function jwksUri(parts: KeysParts, forApplication: boolean): Promise<string> {
  const { jwksUri: uri } = await parts.metadata.get();
  if (!forApplication) return uri;
  const own = new URL(uri);
  own.searchParams.set('appid', parts.applicationId);
  return own.href;
}

async function fetchKeys(parts: KeysParts, url: string): Promise<readonly SigningKey[]> {
  const response = await send(
    parts.channel,
    {
      request: { method: 'GET', url, maxBytes: parts.limits.keysBytes },
      correlationId: randomUUID(),
      unreachable: 'ENTRA_UNREACHABLE',
    },
    parts.limits.requestMs,
  );
  const document = response.status === 200 ? readAnswer(response) : undefined;
  if (document === undefined) {
    throw new EntraUnavailableError('ENTRA_UNREACHABLE', `the keys answered ${response.status}`, {
      actor: 'operator',
    });
  }
  return readKeys(document, await parts.metadata.get());
}

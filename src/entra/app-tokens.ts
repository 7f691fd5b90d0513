import { randomUUID } from 'node:crypto';
import type { BackChannel } from './back-channel.ts';
import { createBudget } from './budget.ts';
import type { Cached } from './cached.ts';
import { EntraError, EntraSetupError } from './entra-error.ts';
import type { EntraLog } from './entra-log.ts';
import { Flights } from './flights.ts';
import type { AccessToken } from './identity.ts';
import type { EntraLimits } from './limits.ts';
import type { Metadata } from './metadata.ts';
import type { TokenEndpoint } from './token-endpoint.ts';
import { isUsable, toAccessToken } from './token-set.ts';

/** Tokens of the application itself, for work that is done for nobody. */
export interface AppTokens {
  /**
   * The token of a resource: as it is while it lives, and a new one from 80 % of its life on.
   *
   * @param resource As in `https://graph.microsoft.com`.
   * @throws {EntraSetupError} `ENTRA_CLIENT_REFUSED` without a credential or with one that Entra refuses.
   * @throws {EntraError} As a token request.
   */
  token(resource: string): Promise<AccessToken>;
}

export interface AppTokensParts {
  readonly metadata: Cached<Metadata>;
  readonly tokenEndpoint: TokenEndpoint;
  /** False where there is no credential: an application that cannot prove itself gets nothing. */
  readonly provable: boolean;
  readonly channel: BackChannel;
  readonly limits: EntraLimits;
  readonly log: EntraLog;
}

/** A token, and when it came. Unit: milliseconds since 1970-01-01 UTC. */
interface Held {
  readonly token: AccessToken;
  readonly at: number;
}

const NOTHING_HELD = { token: null, at: 0 } as const;

/**
 * Keeps one token for each resource, in memory alone: another one is a request away, and needs nobody.
 *
 * @see https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow
 */
export function createAppTokens(parts: AppTokensParts): AppTokens {
  const { clock } = parts.channel;
  const held = new Map<string, Held>();
  const flights = new Flights<AccessToken>();
  const renew = (resource: string): Promise<AccessToken> =>
    flights.run(resource, async () => {
      const token = await request(resource, parts);
      held.set(resource, { token, at: clock() });
      return token;
    });
  return {
    token: async (resource) => {
      const { token, at } = held.get(resource) ?? NOTHING_HELD;
      // One that came in the future, by a clock that was set back since, ends sooner than it says.
      if (token === null || at > clock() || !isUsable(token, clock())) return renew(resource);
      if (token.refreshAt <= clock()) {
        // Whoever asks next tries again; until then the token that there is lives on.
        renew(resource).catch((error: unknown) => tell(resource, error, parts.log));
      }
      return token;
    },
  };
}

function tell(resource: string, error: unknown, log: EntraLog): void {
  const known = error instanceof EntraError ? error : undefined;
  const { code = 'unknown failure', aadsts = null, correlationId = null } = known ?? {};
  const fields = { resource, code, aadsts, correlationId };
  log('warn', 'a token of the application could not be renewed', fields);
}

/** Without `cp1`: its tokens are short, and nobody has to be told when the application is disabled. */
async function request(resource: string, parts: AppTokensParts): Promise<AccessToken> {
  if (!parts.provable) throw noCredential();
  const budget = createBudget(parts.channel.clock, parts.limits);
  const metadata = await budget.within(parts.metadata.get());
  const asked = {
    grant: { type: 'client_credentials' },
    scopes: [`${resource}/.default`],
    correlationId: randomUUID(),
  } as const;
  return toAccessToken(resource, await parts.tokenEndpoint.request(asked, metadata, budget));
}

const noCredential = (): EntraSetupError =>
  new EntraSetupError('ENTRA_CLIENT_REFUSED', 'there is no credential to ask for a token with', {
    actor: 'operator',
    next: 'Add password, certificate or federated_assertion to the method.',
  });

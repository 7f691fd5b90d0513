import { randomUUID } from 'node:crypto';
import { send, type BackChannel } from './back-channel.ts';
import { createBudget } from './budget.ts';
import type { Cached } from './cached.ts';
import type { Credential } from './credential.ts';
import { EntraError } from './entra-error.ts';
import { silent } from './entra-log.ts';
import type { Plan } from './flow.ts';
import type { Keys } from './keys.ts';
import type { EntraLimits } from './limits.ts';
import type { Metadata } from './metadata.ts';
import { createTokenEndpoint } from './token-endpoint.ts';

/** What the tenant's hosts say of a method, as far as they can be asked without a person. */
export interface Examination {
  /** The discovery document, or why there is none. */
  readonly metadata: Metadata | EntraError;
  /** How many signing keys the tenant has, or why they are not known; null without a discovery document. */
  readonly keys: number | EntraError | null;
  /** In the order of the configuration: accepted (null), or why not. Null where the discovery document is missing. */
  readonly credentials: readonly (EntraError | null)[] | null;
  /** Whether Graph answers (null), or why not; undefined when the method does not ask it. */
  readonly graph: EntraError | null | undefined;
  readonly plan: Plan;
}

export interface ExamineParts {
  readonly clientId: string;
  readonly graph: string;
  readonly plan: Plan;
  readonly metadata: Cached<Metadata>;
  readonly keys: Keys;
  readonly credentials: readonly Credential[];
  readonly channel: BackChannel;
  readonly limits: EntraLimits;
}

/** Asks everything that can be asked. Never rejects for what it was to find out. */
export async function examine(parts: ExamineParts): Promise<Examination> {
  const { plan } = parts;
  const [metadata, graph] = await Promise.all([
    orError(parts.metadata.get()),
    plan.requests.some(({ resource }) => resource === parts.graph)
      ? orError(askGraph(parts))
      : undefined,
  ]);
  if (metadata instanceof EntraError) {
    return { metadata, keys: null, credentials: null, graph, plan };
  }
  const [keys, ...credentials] = await Promise.all([
    orError(parts.keys.count()),
    ...parts.credentials.map((one) => orError(prove(one, metadata, parts))),
  ]);
  return { metadata, keys, credentials, graph, plan };
}

async function orError<Value>(work: Promise<Value>): Promise<Value | EntraError> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof EntraError) return error;
    throw error;
  }
}

/**
 * A token of the application itself is given to whoever proves to be it, whatever else it may do. The token is dropped.
 * Each credential is shown once.
 */
async function prove(
  credential: Credential,
  metadata: Metadata,
  { clientId, graph, channel, limits }: ExamineParts,
): Promise<null> {
  const endpoint = createTokenEndpoint({
    clientId,
    credentials: [credential],
    channel,
    limits,
    log: silent,
  });
  const asked = {
    grant: { type: 'client_credentials' },
    scopes: [`${graph}/.default`],
    correlationId: randomUUID(),
  } as const;
  await endpoint.request(asked, metadata, createBudget(channel.clock, limits));
  return null;
}

/** Any answer will do: without a token it is a refusal. */
async function askGraph({ graph, channel, limits }: ExamineParts): Promise<null> {
  const call = {
    request: { method: 'GET', url: `${graph}/v1.0/me`, maxBytes: limits.graphBytes },
    correlationId: randomUUID(),
    unreachable: 'ENTRA_GRAPH_UNREACHABLE',
  } as const;
  await send(channel, call, limits.requestMs);
  return null;
}

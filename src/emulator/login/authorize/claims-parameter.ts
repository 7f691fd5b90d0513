import { refuse, type Refusal } from '../refusal.ts';

/** What the parameter `claims` asks for. */
export interface ClaimsRequest {
  /** Client capabilities (`xms_cc`), as `cp1`. */
  readonly capabilities: readonly string[];
  /** Authentication contexts (`acrs`) that are essential. */
  readonly contexts: readonly string[];
  /** Only a proof of identity after this counts (`nbf` of a claims challenge). Unit: seconds since 1970-01-01 UTC. */
  readonly notBefore: number | undefined;
  /** Optional claims of the ID token. */
  readonly idToken: readonly string[];
}

/** Nothing is asked for. */
export const NO_CLAIMS: ClaimsRequest = {
  capabilities: [],
  contexts: [],
  notBefore: undefined,
  idToken: [],
};

type Members = Readonly<Record<string, unknown>>;

/**
 * Reads `claims`: a JSON object with members `id_token` and `access_token`.
 *
 * @see https://openid.net/specs/openid-connect-core-1_0.html#ClaimsParameter
 * @see https://learn.microsoft.com/entra/identity-platform/claims-challenge
 */
export function readClaimsParameter(text: string | undefined): ClaimsRequest | Refusal {
  if (text === undefined) return NO_CLAIMS;
  const claims = parseObject(text);
  if (claims === undefined) return refuse(90100, { words: { parameter: 'claims' } });
  const accessToken = members(claims['access_token']);
  const idToken = members(claims['id_token']);
  return {
    capabilities: valuesOf(accessToken['xms_cc']),
    contexts: [...valuesOf(accessToken['acrs']), ...valuesOf(idToken['acrs'])],
    notBefore: numberIn(accessToken['nbf']),
    idToken: Object.keys(idToken).filter((name) => name !== 'acrs'),
  };
}

function parseObject(text: string): Members | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isMembers(value) ? value : undefined;
  } catch {
    // Not JSON: the caller refuses.
    return undefined;
  }
}

const isMembers = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const members = (value: unknown): Members => (isMembers(value) ? value : {});

/** `value` and `values` of one claim. */
function valuesOf(claim: unknown): readonly string[] {
  const { value, values } = members(claim);
  const all: readonly unknown[] = [value, ...(Array.isArray(values) ? values : [])];
  return all.filter((entry) => typeof entry === 'string');
}

function numberIn(claim: unknown): number | undefined {
  const number = Number(members(claim)['value']);
  return Number.isFinite(number) && number > 0 ? number : undefined;
}

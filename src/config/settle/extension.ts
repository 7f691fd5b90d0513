import { always } from '../failure-policy.ts';
import { resolve } from 'node:path';
import type { ExtensionConfig, FetchGrant, GrantConfig, TokenGrant } from '../config.ts';
import type { ExtensionEntry, LimitsEntry } from '../schema/extension.ts';
import type { FetchGrantEntry, GrantEntry, TokenGrantEntry } from '../schema/grant.ts';
import { knownOrigin } from '../values/resource.ts';

/** Settles one extension. */
export function settleExtension(entry: ExtensionEntry, directory: string): ExtensionConfig {
  return {
    source: resolve(directory, entry.source),
    integrity: entry.integrity ?? null,
    mode: entry.mode,
    ...(entry.owner !== undefined && { owner: entry.owner }),
    appliesTo: entry.applies_to,
    grant: settleGrant(entry.grant),
    config: entry.config,
    limits: settleLimits(entry.limits),
    onFailure: settleFailures(entry.on_failure),
  };
}

function settleGrant(entry: GrantEntry): GrantConfig {
  return {
    tokens: entry.tokens.map(settleToken),
    fetch: entry.fetch.map(settleFetch),
    secrets: entry.secrets,
    enrich: entry.enrich,
    sessions: entry.sessions,
  };
}

function settleToken({ resource, origins, allow, expose }: TokenGrantEntry): TokenGrant {
  const known = knownOrigin(resource);
  return { resource, origins: origins ?? (known === undefined ? [] : [known]), allow, expose };
}

function settleFetch({
  private_addresses: privateAddresses,
  ...entry
}: FetchGrantEntry): FetchGrant {
  return { ...entry, privateAddresses };
}

function settleLimits({ wall, cpu, memory }: LimitsEntry): ExtensionConfig['limits'] {
  return {
    ...(wall !== undefined && { wallMs: wall }),
    ...(cpu !== undefined && { cpuMs: cpu }),
    ...(memory !== undefined && { memoryMb: memory }),
  };
}

function settleFailures(given: ExtensionEntry['on_failure']): ExtensionConfig['onFailure'] {
  return typeof given === 'string' ? always(given) : given;
}

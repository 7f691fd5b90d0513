import { z } from 'zod';

import type { JsonObject } from '../../../sandbox/contract.ts';
import type { Config, EnrichGrant, ExtensionConfig, MappingRule } from '../../config/config.ts';
import { always } from '../../config/failure-policy.ts';
import { CLOUDS } from '../../config/values/cloud.ts';
import { assemble, type BuiltExtension } from '../load.ts';
import type { Manifest } from '../manifest.ts';
import { integrityOf } from '../version.ts';
import { type MappingConfig, mappingProgram } from './program.ts';

/** Name of what the rules run as: no extension beside them can have it. */
export const MAPPING = 'mapping';

/** What reads a property of the person. */
const REQUEST = 'GET /v1.0/me';

/**
 * The rules of `mapping` as an extension: it runs in an isolate like any other, may do what its rules say and nothing else,
 * and is recorded like any other. Null where there are no rules.
 */
export function buildMapping({
  mapping,
  authentications,
  directory,
}: Pick<Config, 'mapping' | 'authentications' | 'directory'>): BuiltExtension | null {
  if (mapping.length === 0) return null;
  const properties = propertiesOf(mapping);
  const graphs = properties.length === 0 ? [] : graphsOf(authentications);
  const enrich = powersOf(mapping);
  const manifest = manifestFor(graphs, enrich);
  const code = codeFor(mapping);
  const bundle = { code, map: NO_SOURCES, packages: [] };
  const config = configFor({ rules: mapping, graphs, properties }, directory, enrich);
  const integrity = integrityOf(JSON.stringify([manifest, mapping]), code);
  const extension = assemble(manifest, config, bundle, integrity);
  return { ...extension, rules: rulesByTarget(mapping) };
}

/** The program is our own: it has no sources of an author. */
const NO_SOURCES = '{"version":3,"sources":[],"names":[],"mappings":""}';

/** A hook without rules would be run for nothing. */
function codeFor(mapping: readonly MappingRule[]): string {
  const denials = mapping.filter(({ act }) => act.kind === 'deny').length;
  const hooks = [
    ...(denials > 0 ? ['decide'] : []),
    ...(denials < mapping.length ? ['enrich'] : []),
  ];
  return `(function () {"use strict"; const { ${hooks.join(', ')} } = (${mappingProgram.toString()})(); return { ${hooks.join(', ')} };\n})`;
}

function propertiesOf(mapping: readonly MappingRule[]): readonly string[] {
  const attributes = mapping.flatMap(({ act, when, unless }) => [
    ...(act.kind === 'claim' && 'from' in act ? [act.from] : []),
    ...[when, unless].flatMap((one) => (one?.kind === 'attribute' ? [one.attribute] : [])),
  ]);
  const ofGraph = attributes.filter((attribute) => attribute.of === 'graph');
  return [...new Set(ofGraph.flatMap(({ path }) => path.slice(0, 1)))];
}

function graphsOf(authentications: Config['authentications']): readonly string[] {
  const tenants = authentications.filter((method) => method.type === 'entra-id');
  return [...new Set(tenants.map(({ cloud }) => CLOUDS[cloud].graph))];
}

function powersOf(mapping: readonly MappingRule[]): EnrichGrant {
  const acts = mapping.map(({ act }) => act);
  const groups = acts.flatMap((act) => (act.kind === 'group' ? [act.group] : []));
  const roles = acts.flatMap((act) => (act.kind === 'role' ? [act.role] : []));
  const claims = acts.flatMap((act) => (act.kind === 'claim' ? [act.claim] : []));
  return {
    groups: [...new Set(groups)],
    roles: [...new Set(roles)],
    claims: [...new Set(claims)],
    username: false,
    home: false,
    session: false,
    headers: [],
  };
}

function manifestFor(graphs: readonly string[], enrich: EnrichGrant): Manifest {
  const token = { scopes: [], allow: [REQUEST], required: true, expose: 'handle' } as const;
  return {
    api: 1,
    name: MAPPING,
    version: '1.0.0',
    entry: 'entrada.yaml',
    fixtures: null,
    requests: {
      tokens: graphs.map((resource) => ({ resource, ...token })),
      fetch: [],
      secrets: [],
      password: false,
      enrich,
      sessions: { end: false },
    },
    when: { services: [], groups: [], roles: [] },
    provides: ['person'],
    consumes: [],
    schedule: null,
    config: null,
  };
}

/** Whoever writes rules grants what they need. */
function configFor(rules: MappingConfig, directory: string, enrich: EnrichGrant): ExtensionConfig {
  const tokens = rules.graphs.map(
    (resource) => ({ resource, origins: [resource], allow: [REQUEST], expose: 'handle' }) as const,
  );
  return {
    source: directory,
    integrity: null,
    mode: 'enforce',
    appliesTo: [],
    grant: { tokens, fetch: [], secrets: {}, enrich, sessions: { end: false } },
    config: PLAIN.parse(JSON.parse(JSON.stringify(rules))),
    limits: {},
    onFailure: always('deny'),
  };
}

const PLAIN: z.ZodType<JsonObject> = z.record(z.string(), z.json());

/** Which rules are behind each part of a patch. */
function rulesByTarget(mapping: readonly MappingRule[]): { readonly [target: string]: string } {
  const targets = new Map<string, string[]>();
  for (const { name, act } of mapping) {
    const target = targetOf(act);
    if (target !== null) targets.set(target, [...(targets.get(target) ?? []), name]);
  }
  return Object.fromEntries([...targets].map(([target, names]) => [target, names.join(' or ')]));
}

function targetOf(act: MappingRule['act']): string | null {
  if (act.kind === 'claim') return `claims: ${act.claim}`;
  if (act.kind === 'group') return `groups: ${act.group}`;
  return act.kind === 'role' ? `roles: ${act.role}` : null;
}

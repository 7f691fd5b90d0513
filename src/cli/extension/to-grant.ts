import { stringify } from 'yaml';

import type { Json, JsonObject } from '../../../sandbox/contract.ts';
import type { EnrichGrant } from '../../config/config.ts';
import { knownOrigin } from '../../config/values/resource.ts';
import type { Manifest, Requests } from '../../extensions/manifest.ts';

/** The entry of `extensions` that gives an extension all that its manifest asks for: a beginning for an operator. */
export function toGrant({ name, requests, config }: Manifest): string {
  const grant = {
    ...given('tokens', requests.tokens.map(tokenOf)),
    ...given('fetch', requests.fetch.map(fetchOf)),
    ...secretsOf(requests.secrets),
    ...enrichOf(requests.enrich),
    ...(requests.sessions.end ? { sessions: { end: true } } : {}),
  };
  const entry = {
    source: `./extensions/${name}`,
    mode: 'shadow',
    ...(Object.keys(grant).length === 0 ? {} : { grant }),
    ...(config === null ? {} : { config: blankOf(config) }),
  };
  return stringify({ extensions: [entry] }, { lineWidth: 120 });
}

function given(key: string, list: readonly object[]): object {
  return list.length === 0 ? {} : { [key]: list };
}

function tokenOf({ resource, allow, expose }: Requests['tokens'][number]): object {
  return {
    resource,
    ...(knownOrigin(resource) === undefined ? { origins: ['https://…'] } : {}),
    allow,
    ...(expose === 'raw' ? { expose } : {}),
  };
}

function fetchOf(request: Requests['fetch'][number]): object {
  if ('origin' in request) return { origin: request.origin, allow: request.allow };
  const variable = `${request.name.toUpperCase().replaceAll('-', '_')}_URL`;
  return { name: request.name, url: `\${env:${variable}}`, allow: request.allow };
}

function secretsOf(names: readonly string[]): object {
  if (names.length === 0) return {};
  const secrets = names.map((name) => [
    name,
    { value: `\${env:${name.toUpperCase()}}`, in: ['header'] },
  ]);
  return { secrets: Object.fromEntries(secrets) };
}

/** Only the powers that are asked for. */
function enrichOf(enrich: EnrichGrant): object {
  const asked = Object.entries(enrich).filter(([, power]) =>
    Array.isArray(power) ? power.length > 0 : power === true,
  );
  return asked.length === 0 ? {} : { enrich: Object.fromEntries(asked) };
}

/** What stands for a value until the operator writes theirs, by its type in the schema. */
const BLANKS: { readonly [type: string]: (schema: JsonObject) => Json } = {
  string: () => '…',
  number: ({ minimum = 0 }) => minimum,
  integer: ({ minimum = 0 }) => minimum,
  boolean: () => false,
  array: ({ items }) => [isObject(items) ? blankOf(items) : '…'],
  object: ({ properties, required }) => requiredOf(properties, required),
};

/** The shortest value that has the form of a schema: what it asks for, and nothing else. */
function blankOf(schema: JsonObject): Json {
  const { type, default: usual, enum: choices } = schema;
  if (usual !== undefined) return usual;
  if (Array.isArray(choices)) return choices[0] ?? null;
  return BLANKS[typeof type === 'string' ? type : 'object']?.(schema) ?? '…';
}

function requiredOf(properties: Json | undefined, required: Json | undefined): JsonObject {
  if (!isObject(properties) || !Array.isArray(required)) return {};
  const names = required.filter((name) => typeof name === 'string');
  return Object.fromEntries(names.map((name) => [name, blankOfMember(properties[name])]));
}

const blankOfMember = (schema: Json | undefined): Json =>
  isObject(schema) ? blankOf(schema) : '…';

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

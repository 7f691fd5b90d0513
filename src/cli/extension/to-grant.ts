import { stringify } from 'yaml';

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
    ...(config === null ? {} : { config: {} }),
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

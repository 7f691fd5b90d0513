import { CLOUDS } from '../clouds.ts';
import { json } from '../http/reply.ts';
import type { Handler } from '../http/route.ts';
import type { World } from '../world.ts';
import { DOCUMENT_HEADERS } from './discovery.ts';
import { refuseWith } from './refusal.ts';
import { refusalJson } from './refusal-reply.ts';

interface InstanceMetadata {
  readonly preferred_network: string;
  readonly preferred_cache: string;
  readonly aliases: readonly string[];
}

/**
 * Instance discovery: MSAL asks it whether it may trust an authority it does not know.
 *
 * @see https://learn.microsoft.com/entra/msal/dotnet/advanced/instance-discovery
 */
export const instanceDiscovery: Handler = (world, request) => {
  const endpoint = request.query.get('authorization_endpoint') ?? '';
  if (!URL.canParse(endpoint)) {
    const details = { error: 'invalid_instance' };
    return refusalJson(world, request, refuseWith(50049, details));
  }
  const { origin, pathname } = new URL(endpoint);
  const tenant = pathname.split('/')[1] ?? 'common';
  return json(
    200,
    {
      tenant_discovery_endpoint: `${origin}/${tenant}/v2.0/.well-known/openid-configuration`,
      'api-version': request.query.get('api-version') ?? '1.1',
      metadata: instances(world),
    },
    DOCUMENT_HEADERS,
  );
};

/** The clouds, and the emulator itself as one more. */
function instances(world: World): readonly InstanceMetadata[] {
  const own = new URL(world.addresses.login).host;
  const clouds = [CLOUDS.public, CLOUDS.china, CLOUDS['us-gov']];
  return [
    { preferred_network: own, preferred_cache: own, aliases: [own] },
    ...clouds.map(({ loginAliases: aliases }) => ({
      preferred_network: aliases[0] ?? '',
      preferred_cache: aliases[1] === 'login.windows.net' ? aliases[1] : (aliases[0] ?? ''),
      aliases,
    })),
  ];
}

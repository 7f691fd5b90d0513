import { json } from '../http/reply.ts';
import type { Handler } from '../http/route.ts';
import type { SigningKey } from '../keys.ts';
import { INSTEAD_OF_KEYS, KEY_TAMPERINGS } from '../tamper/documents.ts';
import { findTenant, type World } from '../world.ts';
import { DOCUMENT_HEADERS, documentTenant } from './discovery.ts';
import { refuse } from './refusal.ts';
import { refusalJson } from './refusal-reply.ts';

/** One key as the document prints it: no `alg`, and the issuer that it signs for. */
export interface PublishedKey {
  readonly kty: string;
  readonly use: string;
  readonly kid: string;
  readonly x5t: string;
  readonly n: string;
  readonly e: string;
  readonly x5c: readonly string[];
  readonly cloud_instance_name?: string;
  readonly issuer: string;
}

/**
 * The keys document of a tenant; `?appid=` shows the key of an application that has one of its own.
 *
 * @see https://learn.microsoft.com/entra/identity-platform/access-tokens#validate-the-signature
 */
export const signingKeys: Handler = async (world, request, { tenant: segment = '' }) => {
  const tenant = documentTenant(world, segment);
  if (tenant === undefined) {
    return refusalJson(world, request, refuse(90002, { words: { tenant: segment } }));
  }
  const known = findTenant(world, segment);
  request.notes.tenant = known?.id ?? null;
  const instead = known?.tampering.pick(INSTEAD_OF_KEYS)[0];
  if (instead !== undefined) return instead();
  const published = await publishedFor(world, request.query.get('appid'));
  let keys: readonly object[] = published.map((key) => publish(world, tenant, key));
  const { kid } = await world.keys.current();
  for (const edit of known?.tampering.pick(KEY_TAMPERINGS) ?? [])
    keys = edit(keys.map(toDocument), kid);
  return json(200, { keys }, DOCUMENT_HEADERS);
};

/** The key of an application that has one of its own, whether it has signed with it yet or not; else those of all. */
async function publishedFor(world: World, appId: string | null): Promise<readonly SigningKey[]> {
  const id = appId?.toLowerCase() ?? '';
  const applications = [...world.tenants.values()].flatMap((tenant) => tenant.applications.get(id));
  const own = applications.some((application) => application?.ownSigningKey === true);
  return own ? [await world.keys.current(id)] : world.keys.published();
}

const toDocument = (key: object): { readonly [member: string]: unknown } => ({ ...key });

const publish = (world: World, tenant: string, { kid, n, e, x5c }: SigningKey): PublishedKey => ({
  kty: 'RSA',
  use: 'sig',
  kid,
  x5t: kid,
  n,
  e,
  x5c: [x5c],
  ...(world.variants.keyInstanceName ? { cloud_instance_name: world.cloud.instanceName } : {}),
  issuer: `${world.addresses.login}/${tenant}/v2.0`,
});

import type { Finding } from '../document/finding.ts';
import type { Path } from '../document/path.ts';
import { cloudsOf, counterpart, type CloudName } from '../values/cloud.ts';
import type { SoundFile } from './check.ts';
import { entraIds, isEntraId, present } from './entries.ts';

/**
 * The hosts of two clouds never meet: a token of one is worth nothing in the other, and would be shown to whom it does
 * not concern.
 *
 * @yields Scopes and grants that name a host of another cloud than the method's.
 */
export function* findMixedClouds(file: SoundFile): Iterable<Finding> {
  for (const [index, { cloud, api_scopes: scopes }] of entraIds(file)) {
    if (cloud === undefined) continue;
    for (const [at, scope] of present(scopes)) {
      yield* otherCloud(['authentications', index, 'api_scopes', at], scope, [cloud]);
    }
  }
  for (const [index, { applies_to: ids, grant }] of present(file.extensions)) {
    const clouds = cloudsOfMethods(file, ids);
    for (const [at, token] of present(grant?.tokens)) {
      const path = ['extensions', index, 'grant', 'tokens', at];
      yield* otherCloud([...path, 'resource'], token.resource, clouds);
      for (const [place, origin] of present(token.origins)) {
        yield* otherCloud([...path, 'origins', place], origin, clouds);
      }
    }
  }
}

/** The clouds of the methods that an extension applies to; undefined while one of them is not known. */
function cloudsOfMethods(
  { authentications }: SoundFile,
  ids: readonly (string | undefined)[] | undefined,
): readonly CloudName[] | undefined {
  const methods = authentications?.filter(
    (method) => ids === undefined || ids.length === 0 || ids.includes(method?.id),
  );
  const tenants = methods?.filter((method) => method === undefined || isEntraId(method));
  const clouds = tenants?.map((method) => method?.cloud);
  const known = clouds?.filter((cloud) => cloud !== undefined);
  return known?.length === clouds?.length ? known : undefined;
}

function* otherCloud(
  path: Path,
  text: string | undefined,
  expected: readonly CloudName[] | undefined,
): Iterable<Finding> {
  const [cloud] = expected ?? [];
  if (text === undefined || expected === undefined || cloud === undefined) return;
  const origin = URL.parse(text)?.origin ?? '';
  const clouds = cloudsOf(origin);
  if (clouds.length === 0 || clouds.some((one) => expected.includes(one))) return;
  const right = counterpart(origin, cloud);
  yield {
    code: 'CONFIG_CONFLICT',
    path,
    says: (it) => `${it} is of the cloud ${clouds.join(' or ')}, and the method of ${cloud}`,
    next: 'Name the host of the cloud that the tenant is in.',
    ...(right === undefined ? {} : { mended: text.replace(origin, right) }),
  };
}

import { warning, type Finding } from '../document/finding.ts';
import type { Path } from '../document/path.ts';
import type { SoundFile } from './check.ts';
import { present, unknownIds, unknownNames, type Referable } from './entries.ts';

/** @yields Ids and names that no entry has. */
export function* findUnknownReferences(file: SoundFile): Iterable<Finding> {
  const { authentications, groups, roles } = file;
  for (const [index, method] of present(authentications)) {
    const path = ['authentications', index];
    yield* unknownIds([...path, 'base_groups'], method.base_groups, groups, 'group');
    yield* unknownIds([...path, 'base_roles'], method.base_roles, roles, 'role');
  }
  for (const [index, service] of present(file.services)) {
    const path = ['services', index, 'authentications'];
    yield* unknownIds(path, service.authentications, authentications, 'method');
  }
  for (const [index, extension] of present(file.extensions)) {
    const path = ['extensions', index];
    yield* unknownIds([...path, 'applies_to'], extension.applies_to, authentications, 'method');
    const enrich = extension.grant?.enrich;
    yield* unknownNames([...path, 'grant', 'enrich', 'groups'], enrich?.groups, groups, 'group');
    yield* unknownNames([...path, 'grant', 'enrich', 'roles'], enrich?.roles, roles, 'role');
  }
}

/** @yields Groups and roles that everybody should get, and nobody can. */
export function* findDisabledReferences(file: SoundFile): Iterable<Finding> {
  for (const [index, method] of present(file.authentications)) {
    const path = ['authentications', index];
    yield* disabled([...path, 'base_groups'], method.base_groups, file.groups);
    yield* disabled([...path, 'base_roles'], method.base_roles, file.roles);
  }
}

type Switchable = Referable & { readonly enabled?: boolean | undefined };

function* disabled(
  path: Path,
  ids: readonly (string | undefined)[] | undefined,
  section: readonly (Switchable | undefined)[] | undefined,
): Iterable<Finding> {
  for (const [index, id] of present(ids)) {
    if (section?.find((entry) => entry?.id === id)?.enabled !== false) continue;
    yield warning([...path, index], (it) => `${it} is disabled, so nobody gets it`, {
      part: id,
      next: 'Set enabled: true there, or take it out here.',
    });
  }
}

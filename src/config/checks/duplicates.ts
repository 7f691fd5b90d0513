import { resolve } from 'node:path';
import { warning, type Finding } from '../document/finding.ts';
import type { Path } from '../document/path.ts';
import type { CheckContext, SoundFile } from './check.ts';
import { duplicates, isEntraId, present, type Unique } from './entries.ts';

/** @yields Ids, names, paths and folders that two entries use. */
export function* findDuplicates(file: SoundFile, context: CheckContext): Iterable<Finding> {
  for (const section of ['authentications', 'groups', 'roles'] as const) {
    yield* duplicates(column(section, file[section], 'id'), 'id');
  }
  yield* duplicates(column('groups', file.groups, 'name'), 'name');
  yield* duplicates(column('roles', file.roles, 'name'), 'name');
  yield* duplicates(column('services', file.services, 'path'), 'path');
  yield* duplicates(sources(file, context), 'folder');
  yield* secondKeys(file);
  for (const [index] of present(file.extensions)) {
    yield* duplicates(destinations(file, index), 'name');
  }
}

function* column<Key extends string>(
  section: string,
  entries: readonly ({ readonly [K in Key]?: string | undefined } | undefined)[] | undefined,
  key: Key,
): Iterable<Unique> {
  for (const [index, entry] of present(entries)) {
    yield { path: [section, index, key], value: entry[key] };
  }
}

function* sources(file: SoundFile, { directory }: CheckContext): Iterable<Unique> {
  for (const [index, { source }] of present(file.extensions)) {
    const value = source === undefined ? undefined : resolve(directory, source);
    yield { path: ['extensions', index, 'source'], value };
  }
}

// The id of a key is no secret, and the only thing of it that may be named.
function* secondKeys(file: SoundFile): Iterable<Finding> {
  const seen = new Set<string>();
  for (const [index, keys] of present(file.keys)) {
    for (const [, { id = '' }] of present(keys)) {
      if (seen.has(id)) {
        const says = (): string => `Another key has the id ${id}`;
        const next = 'Give each key its own id, or remove one of them.';
        yield { code: 'CONFIG_DUPLICATE', path: ['keys', index], says, next };
      }
      seen.add(id);
    }
  }
}

function* destinations(file: SoundFile, extension: number): Iterable<Unique> {
  const path = ['extensions', extension, 'grant', 'fetch'];
  for (const [index, grant] of present(file.extensions?.[extension]?.grant?.fetch)) {
    if ('name' in grant) yield { path: [...path, index, 'name'], value: grant.name };
  }
}

/** @yields Lists that name something twice. Harmless, and rarely meant. */
export function* findRepetitions(file: SoundFile): Iterable<Finding> {
  for (const [path, list] of lists(file)) {
    const seen = new Set<string>();
    for (const [index, item] of present(list)) {
      if (seen.has(item)) {
        yield warning([...path, index], (it) => `${it} is in the list twice`, {
          part: item,
          next: 'Remove one of them.',
        });
      }
      seen.add(item);
    }
  }
}

type List = readonly (string | undefined)[] | undefined;

function* lists(file: SoundFile): Iterable<readonly [Path, List]> {
  yield [['server', 'trusted_proxies'], file.server?.trusted_proxies];
  for (const [index, method] of present(file.authentications)) {
    for (const key of ['base_groups', 'base_roles', 'remove_username_suffix'] as const) {
      yield [['authentications', index, key], method[key]];
    }
    if (isEntraId(method)) {
      yield [['authentications', index, 'api_scopes'], method.api_scopes];
    }
  }
  for (const [index, service] of present(file.services)) {
    yield [['services', index, 'authentications'], service.authentications];
    if ('hosts' in service) yield [['services', index, 'hosts'], service.hosts];
  }
  for (const [index, extension] of present(file.extensions)) {
    yield [['extensions', index, 'applies_to'], extension.applies_to];
  }
}

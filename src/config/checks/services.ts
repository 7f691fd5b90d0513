import { warning, type Finding } from '../document/finding.ts';
import type { Path } from '../document/path.ts';
import type { Salvaged } from '../document/salvage.ts';
import type { ServiceEntry } from '../schema/service.ts';
import { areNested } from '../values/service-path.ts';
import type { SoundFile } from './check.ts';
import { areCertain, isEntraId, present, type SoundMethod } from './entries.ts';

type SoundService = NonNullable<Salvaged<ServiceEntry>>;

/** @yields Services that take each other's requests or cookies. */
export function* findServiceConflicts(file: SoundFile): Iterable<Finding> {
  const services = [...present(file.services)];
  for (const [index, service] of services) {
    const earlier = services.filter(([other]) => other < index).map(([, other]) => other);
    yield* secondOfType(['services', index], service, earlier);
    yield* nestedPath(['services', index], service, earlier);
    yield* hosts(['services', index], service, file.server?.public_url);
  }
}

function* secondOfType(
  path: Path,
  service: SoundService,
  earlier: readonly SoundService[],
): Iterable<Finding> {
  if (earlier.every(({ type }) => type !== service.type)) return;
  yield {
    code: 'CONFIG_DUPLICATE',
    path: [...path, 'type'],
    says: (it) => `There is another service of the type ${it}`,
    next: 'Keep one service of each type; each has its own cookie.',
  };
}

function* nestedPath(
  path: Path,
  service: SoundService,
  earlier: readonly SoundService[],
): Iterable<Finding> {
  const other = earlier.find((it) => it.path !== service.path && overlap(it.path, service.path));
  if (other === undefined) return;
  yield {
    code: 'CONFIG_CONFLICT',
    path: [...path, 'path'],
    says: (it) => `The path ${it} and that of the service ${other.type} lie one within the other`,
    next: 'Give each service a path of its own; only / may have others below it.',
  };
}

function overlap(a: string | undefined, b: string | undefined): boolean {
  return a !== undefined && b !== undefined && areNested(a, b);
}

/** Other hosts never see a cookie of this one: until each gets its own, nobody can sign in to them. */
function* hosts(
  path: Path,
  service: SoundService,
  publicUrl: string | undefined,
): Iterable<Finding> {
  if (!('hosts' in service)) return;
  for (const [index, host] of present(service.hosts)) {
    const at = [...path, 'hosts', index];
    if (host === publicUrl) {
      const next = 'List other hosts alone.';
      yield warning(at, (it) => `${it} is public_url, which is served anyway`, {
        part: host,
        next,
      });
    } else {
      const next = 'Protect applications below public_url, which needs no entry here.';
      const code = 'CONFIG_NOT_AVAILABLE';
      yield warning(at, (it) => `Nobody can be signed in to ${it} in this release`, { code, next });
    }
  }
}

/** @yields Chains that nobody passes, and methods that a chain never uses. */
export function* findChainFaults(file: SoundFile): Iterable<Finding> {
  for (const [index, service] of present(file.services)) {
    const path = ['services', index, 'authentications'];
    if (service.authentications?.length === 0) {
      yield {
        code: 'CONFIG_INVALID_VALUE',
        path,
        says: () => 'Nobody can sign in here, for the list of methods is empty',
        next: 'Name a method, or leave the key out for all of them.',
      };
    }
    yield* unusedMethods(path, service, file);
  }
}

function* unusedMethods(path: Path, service: SoundService, file: SoundFile): Iterable<Finding> {
  const chain = chainOf(service, file).filter(isEntraId);
  for (const [index, method] of [...chain.entries()].slice(1)) {
    const at = service.authentications === undefined ? 'entry' : 'value';
    yield warning(
      at === 'entry' ? path : [...path, service.authentications?.indexOf(method.id) ?? index],
      () => `Only the first entra-id method of a service is used: ${method.id ?? 'another'} is not`,
      { at, next: 'Name one entra-id method in the authentications of the service.' },
    );
  }
}

/** The methods of a service, in its order. */
function chainOf(service: SoundService, file: SoundFile): readonly SoundMethod[] {
  const methods = [...present(file.authentications)].map(([, method]) => method);
  if (service.authentications === undefined) return methods;
  return service.authentications.flatMap((id) => methods.find((method) => method.id === id) ?? []);
}

/** @yields Services whose method gives nobody what the service asks for. */
export function* findClosedServices(file: SoundFile): Iterable<Finding> {
  if (!areCertain(file.authentications)) return;
  for (const [index, service] of present(file.services)) {
    const chain = chainOf(service, file);
    const methods = chain.length < (service.authentications?.length ?? 0) ? [] : used(chain);
    const { type } = service;
    const lacks = methods.map((method) => type && LACKS[type](method, file));
    const [lack] = lacks;
    if (lack === undefined || lacks.includes(undefined)) continue;
    yield warning(['services', index, 'type'], () => lack.says, { next: lack.next });
  }
}

/** Of several entra-id methods the first one counts. */
function used(chain: readonly SoundMethod[]): readonly SoundMethod[] {
  const first = chain.find(isEntraId);
  return chain.filter((method) => !isEntraId(method) || method === first);
}

interface Lack {
  readonly says: string;
  readonly next: string;
}

type FindLack = (method: SoundMethod, file: SoundFile) => Lack | undefined;

/** What each type of service asks of people. */
const LACKS: { readonly [Type in ServiceEntry['type']]: FindLack } = {
  'file-browser': (method, file) =>
    (isEntraId(method) && method.group_association !== 'base-groups') ||
    method.base_groups?.length !== 0 ||
    grants(file, 'groups')
      ? undefined
      : {
          says: 'Nobody can sign in to the file browser: its method gives nobody a group',
          next: 'Give the method base_groups, or group_association: base-and-azure-groups.',
        },
  'management-console': (method, file) =>
    method.base_roles?.length !== 0 || grants(file, 'roles')
      ? undefined
      : {
          says: 'Nobody can sign in to the console: its method gives nobody a role',
          next: 'Give the method base_roles, or let an extension add roles (grant.enrich.roles).',
        },
  'forward-auth': () => undefined,
};

/** True when an extension may give people groups or roles. */
function grants(file: SoundFile, what: 'groups' | 'roles'): boolean {
  const lists = [...present(file.extensions)].map(([, { grant }]) => grant?.enrich?.[what]);
  return lists.some((list) => list === undefined || list.length > 0);
}

import type { Finding } from '../document/finding.ts';
import type { Path } from '../document/path.ts';
import type { Salvaged } from '../document/salvage.ts';
import type { ConditionEntry, MappingEntry } from '../schema/mapping.ts';
import { CLOUDS } from '../values/cloud.ts';
import { parseGuid } from '../values/guid.ts';
import type { SoundFile } from './check.ts';
import { isEntraId, present, type SoundMethod, unknownIds, unknownNames } from './entries.ts';

type SoundRule = NonNullable<Salvaged<MappingEntry>>;
type SoundCondition = NonNullable<Salvaged<ConditionEntry>>;

/** @yields What is wrong within the rules of `mapping`, and between them and methods, groups and roles. */
export function* findMappingFaults(file: SoundFile): Iterable<Finding> {
  for (const [index, rule] of present(file.mapping)) {
    const path = ['mapping', index];
    yield* oneOfEach(path, rule, ACTS);
    yield* belongings(path, rule);
    for (const key of ['when', 'unless'] as const) {
      const condition = rule[key];
      if (condition) yield* conditionFaults([...path, key], condition, file);
    }
    yield* references(path, rule, file);
    yield* unreadable(path, rule, file);
    yield* unsureGroups(path, rule, file);
  }
}

const ACTS = ['claim', 'group', 'role', 'deny'] as const;
const KINDS = ['attribute', 'entra_group', 'group'] as const;

/** One key of a few has to be there, and no second one. */
function* oneOfEach<Key extends string>(
  path: Path,
  entry: { readonly [key in Key]?: unknown },
  keys: readonly Key[],
): Iterable<Finding> {
  const [first, ...others] = keys.filter((key) => entry[key] !== undefined);
  if (first === undefined) {
    yield {
      code: 'CONFIG_MISSING_KEY',
      path,
      at: 'entry',
      says: () => `One of ${keys.join(', ')} is missing`,
      next: `Write one of ${keys.join(', ')}.`,
      needs: keys.map((key) => [...path, key]),
    };
  }
  for (const key of others) {
    yield {
      code: 'CONFIG_CONFLICT',
      path: [...path, key],
      at: 'key',
      says: (it) => `The key ${it} stands beside ${first}, and a rule does one thing`,
      next: 'Keep one of them; write another rule for the other.',
    };
  }
}

/** What a claim has, and what belongs to something else. */
function* belongings(path: Path, rule: SoundRule): Iterable<Finding> {
  if (rule.claim !== undefined) yield* oneOfEach(path, rule, ['from', 'value']);
  else yield* stray(path, rule, ['from', 'value'], 'claim');
  if (rule.deny === undefined) yield* stray(path, rule, ['message'], 'deny');
}

function* stray<Key extends string>(
  path: Path,
  entry: { readonly [key in Key]?: unknown },
  keys: readonly Key[],
  owner: string,
): Iterable<Finding> {
  for (const key of keys.filter((one) => entry[one] !== undefined)) {
    yield {
      code: 'CONFIG_CONFLICT',
      path: [...path, key],
      at: 'key',
      says: (it) => `The key ${it} belongs to ${owner}, which is not there`,
      next: `Take it out, or write ${owner}.`,
      needs: [[...path, owner]],
    };
  }
}

function* conditionFaults(
  path: Path,
  condition: SoundCondition,
  file: SoundFile,
): Iterable<Finding> {
  yield* oneOfEach(path, condition, KINDS);
  if (condition.attribute === undefined) yield* stray(path, condition, ['is'], 'attribute');
  yield* unknownNames([...path, 'group'], condition.group, file.groups, 'group');
}

function* references(path: Path, rule: SoundRule, file: SoundFile): Iterable<Finding> {
  yield* unknownIds([...path, 'applies_to'], rule.applies_to, file.authentications, 'method');
  for (const [key, section] of [
    ['group', file.groups],
    ['role', file.roles],
  ] as const) {
    const name = rule[key];
    if (name === undefined) continue;
    for (const finding of unknownNames([...path, key], [name], section, key)) {
      yield { ...finding, path: [...path, key] };
    }
  }
}

/**
 * A rule that reads what a method cannot tell would never hold, and a denial that never holds lets everybody in: so that is
 * no warning.
 */
function* unreadable(path: Path, rule: SoundRule, file: SoundFile): Iterable<Finding> {
  const methods = methodsOf(rule, file);
  for (const [at, what] of readsOf(rule)) {
    const blind = methods.find((method) => !READS[what](method));
    if (!blind) continue;
    const { says, next } = MISSING[what];
    yield {
      code: 'CONFIG_CONFLICT',
      path: [...path, ...at],
      says: () =>
        `The rule reads ${says}, which the method ${blind.id ?? 'without an id'} does not have`,
      next: `${next} Or name the methods that have it in applies_to.`,
    };
  }
}

function methodsOf(
  { applies_to: ids }: SoundRule,
  { authentications }: SoundFile,
): readonly SoundMethod[] {
  return [...present(authentications)]
    .map(([, method]) => method)
    .filter(({ id }) => (ids?.length ?? 0) === 0 || ids?.includes(id));
}

/** Groups that a method may go without, or whose names it may not know, are nothing to refuse by. */
function* unsureGroups(path: Path, rule: SoundRule, file: SoundFile): Iterable<Finding> {
  const methods = methodsOf(rule, file).filter(isEntraId);
  for (const key of ['when', 'unless'] as const) {
    const groups = rule[key]?.entra_group;
    if (groups === undefined) continue;
    const at = [...path, key, 'entra_group'];
    const nameless = methods.find((method) => method.match_groups_by === 'id');
    for (const [index, group] of present(groups)) {
      if (nameless && !parseGuid(group).ok) yield namelessGroup([...at, index], group, nameless);
    }
    const forgiving = methods.find((method) => method.on_group_error === 'base-groups');
    if (forgiving && rule.deny !== undefined && key === 'when') yield forgiven(at, forgiving);
  }
}

function namelessGroup(path: Path, group: string, { id }: SoundMethod): Finding {
  return {
    code: 'CONFIG_CONFLICT',
    path,
    part: group,
    says: (it) =>
      `${it} is a name, and the method ${id ?? 'without an id'} knows groups by their ids`,
    next: 'Write the object id of the group, a GUID.',
  };
}

function forgiven(path: Path, { id }: SoundMethod): Finding {
  return {
    code: 'CONFIG_CONFLICT',
    path,
    at: 'key',
    says: () =>
      `When groups cannot be read, the method ${id ?? 'without an id'} goes on without them, and this rule refuses nobody`,
    next: 'Write on_group_error: deny at the method, or refuse by something else.',
  };
}

type Read = 'graph' | 'groups';

function readsOf({ from, when, unless }: SoundRule): readonly (readonly [Path, Read])[] {
  const conditions = [
    ['when', when],
    ['unless', unless],
  ] as const;
  return [
    ...(from?.of === 'graph' ? [[['from'], 'graph'] as const] : []),
    ...conditions.flatMap(([key, condition]): readonly (readonly [Path, Read])[] => [
      ...(condition?.attribute?.of === 'graph' ? [[[key, 'attribute'], 'graph'] as const] : []),
      ...(condition?.entra_group === undefined ? [] : [[[key, 'entra_group'], 'groups'] as const]),
    ]),
  ];
}

/** Whether a method has what is read; yes where its own keys are wrong, which is told elsewhere. */
const READS: { readonly [read in Read]: (method: SoundMethod) => boolean } = {
  graph: (method) => {
    if (!isEntraId(method)) return false;
    const { api_scopes: scopes, cloud } = method;
    if (scopes === undefined || cloud === undefined) return true;
    return scopes.some(
      (scope) =>
        scope === undefined ||
        !scope.includes('://') ||
        scope.startsWith(`${CLOUDS[cloud].graph}/`),
    );
  },
  groups: (method) => isEntraId(method) && method.group_association !== 'base-groups',
};

const MISSING: { readonly [read in Read]: { readonly says: string; readonly next: string } } = {
  graph: {
    says: 'a property of the person in Graph',
    next: 'Add https://graph.microsoft.com/User.Read to api_scopes of the method.',
  },
  groups: {
    says: 'groups of the person in Entra',
    next: 'Write group_association: base-and-azure-groups at the method.',
  },
};

import { warning, type Finding } from '../document/finding.ts';
import type { Path } from '../document/path.ts';
import type { Salvaged } from '../document/salvage.ts';
import type { EntraIdEntry } from '../schema/authentication.ts';
import { CLOUDS } from '../values/cloud.ts';
import type { SoundFile } from './check.ts';
import { entraIds, present } from './entries.ts';

type SoundEntry = NonNullable<Salvaged<EntraIdEntry>>;

/** What is wrong between the options of one method. */
type EntryCheck = (entry: SoundEntry, path: Path) => Iterable<Finding>;

/** @yields What is wrong within the methods of `type: entra-id`. */
export function* findEntraIdFaults(file: SoundFile): Iterable<Finding> {
  for (const [index, entry] of entraIds(file)) {
    for (const check of CHECKS) yield* check(entry, ['authentications', index]);
  }
}

const CHECKS: readonly EntryCheck[] = [
  applicationId,
  mixedScopes,
  administrators,
  emulator,
  placeholders,
  unusedGroupOptions,
  idsWithoutMatch,
  photoWithoutToken,
];

function* applicationId(entry: SoundEntry, path: Path): Iterable<Finding> {
  const needs = [
    [...path, 'application_id'],
    [...path, 'client_id'],
  ];
  if (entry.application_id !== undefined && entry.client_id !== undefined) {
    yield {
      code: 'CONFIG_CONFLICT',
      path: [...path, 'client_id'],
      says: () => 'The key client_id is another name for application_id, which is there as well',
      next: 'Keep one of the two.',
    };
  }
  if (entry.application_id === undefined && entry.client_id === undefined) {
    yield {
      code: 'CONFIG_MISSING_KEY',
      path: [...path, 'application_id'],
      at: 'entry',
      says: () => 'The key application_id is missing',
      next: 'Add it: the application (client) ID of the app registration, a GUID.',
      needs,
    };
  }
}

function* mixedScopes(entry: SoundEntry, path: Path): Iterable<Finding> {
  const scopes = [...present(entry.api_scopes)];
  const all = scopes.find(([, scope]) => scope.endsWith('/.default'));
  if (all === undefined || scopes.every(([, scope]) => scope.endsWith('/.default'))) return;
  yield warning(
    [...path, 'api_scopes', all[0]],
    (it) => `Entra refuses ${it} beside permissions that are named one by one`,
    { part: all[1], next: 'Name each permission, or use .default for every API.' },
  );
}

function* administrators(entry: SoundEntry, path: Path): Iterable<Finding> {
  if ((entry.base_roles?.length ?? 0) === 0) return;
  yield warning(
    [...path, 'base_roles'],
    () => 'Everybody whom Entra accepts becomes an administrator',
    {
      at: 'key',
      next: 'Assign people to the application in Entra and require assignment, or take base_roles out.',
    },
  );
}

function* emulator(entry: SoundEntry, path: Path): Iterable<Finding> {
  if (entry.authority === undefined) return;
  yield warning(
    [...path, 'authority'],
    () => 'An emulator on this machine stands in for Entra: whoever it names is signed in',
    { at: 'key', next: 'Take authority out before real people sign in.' },
  );
}

/** Stands in a new configuration until the real one is filled in. */
const PLACEHOLDER = '00000000-0000-0000-0000-000000000000';

function* placeholders(entry: SoundEntry, path: Path): Iterable<Finding> {
  for (const key of ['directory_id', 'application_id', 'client_id'] as const) {
    if (entry[key] !== PLACEHOLDER) continue;
    yield warning([...path, key], () => 'These zeros stand for an ID of your own', {
      next: 'Copy it from the overview of the app registration in the Azure portal.',
    });
  }
}

function* idsWithoutMatch(entry: SoundEntry, path: Path): Iterable<Finding> {
  if (entry.group_lookup !== 'ids' || entry.match_groups_by !== 'name') return;
  yield {
    code: 'CONFIG_CONFLICT',
    path: [...path, 'group_lookup'],
    says: () => 'With ids alone no group can be matched by its name',
    next: 'Write match_groups_by: id, and entra_group_id in groups; or another group_lookup.',
  };
}

/** Tokens of the browser are used at sign-in and never again: only those of `api_scopes` are at hand later. */
function* photoWithoutToken(entry: SoundEntry, path: Path): Iterable<Finding> {
  const { show_photo: shown, cloud, flow, api_scopes: scopes } = entry;
  if (shown !== true || cloud === undefined || flow === undefined) return;
  const { graph } = CLOUDS[cloud];
  const ofGraph = [...present(scopes)].some(
    ([, scope]) => !scope.includes('/') || scope.toLowerCase().startsWith(`${graph}/`),
  );
  if (ofGraph && flow !== 'implicit') return;
  yield {
    code: 'CONFIG_CONFLICT',
    path: [...path, 'show_photo'],
    at: 'key',
    says: () => 'There is no token for Graph to read photos with while people are signed in',
    next: `Add ${graph}/User.Read to api_scopes, or take show_photo out.`,
  };
}

function* unusedGroupOptions(entry: SoundEntry, path: Path): Iterable<Finding> {
  if (entry.group_association !== 'base-groups') return;
  const usual = {
    group_lookup: 'transitive',
    match_groups_by: 'name',
    on_group_error: 'deny',
  } as const;
  for (const key of ['group_lookup', 'match_groups_by', 'on_group_error'] as const) {
    if (entry[key] === undefined || entry[key] === usual[key]) continue;
    yield warning(
      [...path, key],
      () => `The key ${key} changes nothing: with base-groups no groups are read from Entra`,
      { at: 'key', next: 'Take it out, or write group_association: base-and-azure-groups.' },
    );
  }
}

import { didYouMean } from '../document/nearest.ts';
import { parsed, refused, type Parsed } from './parsed.ts';

/** What a group may do with files. */
export const FILE_PERMISSIONS: readonly string[] = [
  'allow-full-control',
  'deny-full-control',
  'allow-read',
  'allow-list',
  'allow-traverse',
  'allow-create-folder',
  'allow-write',
  'allow-rename',
  'allow-delete-file',
  'allow-delete-folder',
  'allow-set-attributes',
];

/** What a role may do with a part of the management. */
const ACTIONS: readonly string[] = ['all', 'read', 'update', 'create', 'delete', 'deny'];

/**
 * Parses one line of a group's permissions: a permission, which holds everywhere, or `PATTERN, permission, …` for the paths
 * that match the pattern. Answers it with one space after each comma.
 */
export function parseFilePermission(text: string): Parsed<string> {
  const [first = '', ...rest] = parts(text);
  if (rest.length === 0 || FILE_PERMISSIONS.includes(first)) {
    return known([first, ...rest], FILE_PERMISSIONS, 'a permission');
  }
  if (first === '') return refused((it) => `${it} has no pattern before its first comma`);
  const permissions = known(rest, FILE_PERMISSIONS, 'a permission');
  return permissions.ok ? parsed(`${first}, ${permissions.value}`) : permissions;
}

/** Parses one line of a role's permissions: `target, action, …`, as in `configuration/accounts/*, read`. */
export function parseRolePermission(text: string): Parsed<string> {
  const [target = '', ...actions] = parts(text);
  if (!/^[\w*.-]+(?:\/[\w*.-]+)*$/.test(target) || actions.length === 0) {
    return refused((it) => `${it} is not a target, a comma and actions`, {
      next: 'Write it as logs, read.',
    });
  }
  const checked = known(actions, ACTIONS, 'an action');
  return checked.ok ? parsed(`${target}, ${checked.value}`) : checked;
}

function parts(text: string): readonly string[] {
  return text.split(',').map((part) => part.trim());
}

function known(given: readonly string[], words: readonly string[], what: string): Parsed<string> {
  const part = given.find((word) => !words.includes(word));
  if (part === undefined) return parsed(given.join(', '));
  return refused((it) => `${it} is not ${what}`, {
    part,
    next: didYouMean(part, words) ?? `They are ${words.join(', ')}.`,
  });
}

import type { SessionPrincipal } from '../session/session.ts';
import { parseForm } from './form.ts';

/** What a proxy asks of the person besides a session. */
export type GroupRule =
  | { readonly kind: 'anybody' }
  /** Names or ids, any of which is enough. */
  | { readonly kind: 'groups'; readonly allowed: ReadonlySet<string> }
  /** The proxy asks for something that is not known here: nobody passes, since something was meant by it. */
  | { readonly kind: 'unknown' };

/** Sets of rules that are kept; a proxy has a few locations, each with a query of its own. */
const KEPT = 100;

/** Reads the queries of checks, each once. */
export function createGroupRules(): (query: string) => GroupRule {
  const kept = new Map<string, GroupRule>();
  return (query) => {
    const known = kept.get(query);
    if (known !== undefined) return known;
    if (kept.size >= KEPT) kept.clear();
    const rule = readRule(query);
    kept.set(query, rule);
    return rule;
  };
}

/**
 * By name or id of Entrada's groups, or by object id of Entra's. Names of Entra's groups do not count: whoever may make a
 * group there can give it any name.
 */
export function isAllowed({ groups, entraGroups }: SessionPrincipal, rule: GroupRule): boolean {
  if (rule.kind !== 'groups') return rule.kind === 'anybody';
  const { allowed } = rule;
  return (
    groups.some(({ id, name }) => allowed.has(id) || allowed.has(name)) ||
    entraGroups.some(({ oid }) => allowed.has(oid))
  );
}

function readRule(query: string): GroupRule {
  if (query === '') return { kind: 'anybody' };
  const pairs = query.split('&').map((pair) => pair.split(/=(.*)/s));
  if (!pairs.every(([name]) => name === 'allowed_groups')) return { kind: 'unknown' };
  const elements = pairs.flatMap(([, list = '']) => list.split(','));
  return { kind: 'groups', allowed: new Set(elements.map(decode).filter((name) => name !== '')) };
}

/** Each element is decoded by itself, so that a name may hold an encoded comma. */
const decode = (element: string): string => parseForm(`name=${element}`)[0]?.[1] ?? '';

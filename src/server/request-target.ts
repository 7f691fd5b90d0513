/**
 * Refuses request targets that two readers could read in two ways, before anything is routed: what guards a page and what
 * serves it must never differ about which page it is. A browser sends none of these.
 *
 * Applies to the path; a query may hold anything visible, since values there are encoded paths of their own.
 */
export function isPlainTarget(target: string): boolean {
  const end = target.indexOf('?');
  const path = end === -1 ? target : target.slice(0, end);
  return VISIBLE.test(target) && PLAIN_PATH.test(path) && !TRICKS.test(path);
}

/** ASCII without controls and spaces; a fragment never leaves a browser. */
const VISIBLE = /^[\x21\x22\x24-\x7e]+$/;

/** Origin-form (RFC 9112 section 3.2.1), every `%` followed by two digits. */
const PLAIN_PATH = /^\/(?:[^%\\]|%[0-9a-f]{2})*$/i;

/** Empty segments; encoded slash, backslash and controls; dot segments, encoded or not. */
const TRICKS = /\/\/|%(?:2f|5c|[01][0-9a-f]|7f)|\/(?:\.|%2e){1,2}(?:\/|$)/i;

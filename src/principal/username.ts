/** A name that may be used, or why it may not. */
export type CheckedUsername =
  | { readonly ok: true; readonly username: string }
  | { readonly ok: false; readonly why: string };

/** Longer names are no names. Unit: UTF-16 code units. */
const MAX_LENGTH = 256;

/** Control characters, line breaks that Unicode knows, and marks that turn the direction of text: none is seen. */
const INVISIBLE = /[\p{Cc}\p{Cs}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/u;

/**
 * The name that Entrada uses: the name of the ID token without the first suffix of the list that it ends with. Suffixes
 * are compared as they are, case included, and only one is removed.
 *
 * @param preferredUsername As Entra sent it.
 */
export function toUsername(
  preferredUsername: string,
  suffixes: readonly string[],
): CheckedUsername {
  const suffix = suffixes.find((one) => preferredUsername.endsWith(one));
  return checkUsername(
    suffix === undefined ? preferredUsername : preferredUsername.slice(0, -suffix.length),
  );
}

/**
 * Checks a name that will stand in pages, headers and logs, and become a part of a path: whatever reads it must read the
 * same name.
 */
export function checkUsername(username: string): CheckedUsername {
  const rule = RULES.find(([broken]) => broken(username));
  return rule ? { ok: false, why: rule[1] } : { ok: true, username };
}

const RULES: readonly (readonly [broken: (name: string) => boolean, why: string])[] = [
  [(name) => name === '', 'nothing is left of the username'],
  [(name) => name.length > MAX_LENGTH, `the username is longer than ${MAX_LENGTH} characters`],
  [(name) => INVISIBLE.test(name), 'the username has characters that nobody sees'],
  [(name) => name.trim() !== name, 'the username begins or ends with a space'],
  [(name) => /[/\\]/.test(name), 'the username has a slash'],
  [(name) => name.startsWith('.'), 'the username begins with a dot'],
];

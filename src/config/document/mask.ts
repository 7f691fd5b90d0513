import { USERINFO } from './quote.ts';

/** What stands in the place of a secret. */
export const SECRET = '[secret]';

/** Says where a secret is, not what it is. */
const REFERENCE = /^["']?\$\{(?:env|file):[^}"']*\}["']?$/;

/** True for a value that is nothing but `${env:NAME}` or `${file:PATH}`. */
export function isReference(text: string): boolean {
  return REFERENCE.test(text);
}

/** A part of a text, as offsets. */
export type Part = readonly [from: number, to: number];

/** Names and passwords in URLs. */
export function userinfoParts(text: string): readonly Part[] {
  return [...text.matchAll(USERINFO)].map(({ index, 0: part }) => [index, index + part.length]);
}

/** `password:hunter2`, `password hunter2`, `passwordhunter2`: a slip makes one word of a key and its value. */
export function namedPart(text: string, secretKeys: ReadonlySet<string>): Part | undefined {
  if (secretKeys.size === 0) return undefined;
  const names = [...secretKeys].map((name) => RegExp.escape(name)).join('|');
  const behind = `(?<![\\w-])(?:${names})(?:\\W+|(?![\\s_])(?=.{4}))(\\w.*)$`;
  return new RegExp(behind, 'ds').exec(text)?.indices?.[1];
}

/** A text without what stands behind the name of a secret key. */
export function mask(text: string, secretKeys: ReadonlySet<string>): string {
  const named = namedPart(text, secretKeys);
  return named === undefined ? text : `${text.slice(0, named[0])}${SECRET}`;
}

import { parsed, refused, type Parsed } from './parsed.ts';

/** The form of a scope, as a regular expression: a scope-token of RFC 6749, section 3.3. */
export const SCOPE_PATTERN = '[!#-\\[\\]-~]+';

const SCOPE = new RegExp(`^${SCOPE_PATTERN}$`);

/** Parses one scope of an API, as in `https://graph.microsoft.com/Files.ReadWrite` or `User.Read`. */
export function parseScope(text: string): Parsed<string> {
  if (!SCOPE.test(text)) return refused((it) => `${it} is not a scope`, { next: FORM });
  const isUrl = /^[a-z]+:\/\//i.test(text);
  if (isUrl && /^[a-z]+:\/\/[^/]*\/*$/i.test(text)) {
    return refused((it) => `${it} is an API, but names no permission of it`, { next: FORM });
  }
  return parsed(text);
}

const FORM = 'Write the API and the permission, as in https://graph.microsoft.com/Files.ReadWrite.';

/** Parses the end of a username that is to be taken off. */
export function parseSuffix(text: string): Parsed<string> {
  if (text !== '' && !/[\s\p{Cc}]/u.test(text)) return parsed(text);
  return refused((it) => `${it} cannot be the end of a username`, {
    next: 'Write it as @example.com, one entry for each.',
  });
}

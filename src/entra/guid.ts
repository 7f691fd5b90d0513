const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** True for a GUID in the one form that Entra and the configuration use: lower case, dashes, no braces. */
export const isGuid = (text: unknown): text is string =>
  typeof text === 'string' && GUID.test(text);

/** A GUID from outside in lower case; undefined for everything else. Braces are not folded away. */
export function readGuid(value: unknown): string | undefined {
  const folded = typeof value === 'string' ? value.toLowerCase() : value;
  return isGuid(folded) ? folded : undefined;
}

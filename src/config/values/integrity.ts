import { parsed, refused, type Parsed } from './parsed.ts';

/** The form of an integrity, as a regular expression. */
export const INTEGRITY_PATTERN = 'sha256-[A-Za-z0-9+/]{43}=';

/** Parses `sha256-` and the base64 of 32 bytes, as subresource integrity writes it. */
export function parseIntegrity(text: string): Parsed<string> {
  if (new RegExp(`^${INTEGRITY_PATTERN}$`).test(text)) return parsed(text);
  return refused((it) => `${it} is not the integrity of an extension`, {
    next: 'Let entrada extension approve write it.',
  });
}

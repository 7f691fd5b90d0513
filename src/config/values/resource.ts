import { CLOUDS } from './cloud.ts';
import { parsed, refused, type Parsed } from './parsed.ts';

/** APIs of all clouds whose origin is the API's own name. For every other one an operator says where its tokens may go. */
const KNOWN = Object.values(CLOUDS).flatMap(({ graph, management }) => [graph, management]);

/** The form of an API's name, as a regular expression. */
export const RESOURCE_PATTERN = '[!-~]+';

/** Parses the name of an API that tokens are for: what a scope says before its last slash. */
export function parseResource(text: string): Parsed<string> {
  if (!new RegExp(`^${RESOURCE_PATTERN}$`).test(text)) {
    return refused((it) => `${it} is not the name of an API`, { next: FORM });
  }
  const known = KNOWN.find((origin) => text.startsWith(`${origin}/`) && !text.endsWith('/'));
  if (known === undefined) return parsed(text);
  return refused((it) => `${it} is a permission, not an API`, { next: FORM, mended: known });
}

const FORM =
  'Write it as api_scopes does, without the permission, as in https://graph.microsoft.com.';

/** The origin that tokens of an API go to; undefined when only the operator can know. */
export function knownOrigin(resource: string): string | undefined {
  return KNOWN.find((origin) => origin === resource.replace(/\/+$/, ''));
}

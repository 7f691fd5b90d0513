import { isLoopbackHost } from './host.ts';
import { parsed, refused, type Parsed } from './parsed.ts';

/** The form of an https origin, as a regular expression. */
export const ORIGIN_PATTERN = 'https://[^\\s/?#@*\\\\]+';

/** The form of the public URL, as a regular expression. */
export const PUBLIC_URL_PATTERN = 'https?://[^\\s/?#@*\\\\]+';

/** Parses an exact https origin, as in `https://graph.microsoft.com`: nothing after the host and port. */
export function parseOrigin(text: string): Parsed<string> {
  const url = URL.parse(text);
  if (url?.protocol !== 'https:') {
    return refused((it) => `${it} is not an https origin`, { next: FORM });
  }
  return exact(text, url);
}

/** Parses the URL that people reach the gateway at: an https origin, or http on loopback. */
export function parsePublicUrl(text: string): Parsed<string> {
  const url = URL.parse(text);
  if (url?.protocol === 'http:' && !isLoopbackHost(url.hostname)) {
    return refused((it) => `${it} is not encrypted, and not on this machine`, {
      next: 'Write https://…; cookies and tokens need it.',
    });
  }
  return url?.protocol === 'http:' ? exact(text, url) : parseOrigin(text);
}

/** Parses an https origin on this machine, for an emulator. */
export function parseLoopbackOrigin(text: string): Parsed<string> {
  const origin = parseOrigin(text);
  if (!origin.ok || isLoopbackHost(new URL(origin.value).hostname)) return origin;
  return refused((it) => `${it} is not on this machine`, {
    next: 'An emulator may only be on localhost, a name below .localhost, 127.0.0.0/8 or [::1].',
  });
}

function exact(text: string, url: URL): Parsed<string> {
  if (url.hostname.includes('*')) {
    return refused((it) => `${it} holds a wildcard`, { next: 'Name each host.' });
  }
  if (text === url.origin) return parsed(text);
  return refused((it) => `${it} is more than an origin, or written in another way`, {
    next: FORM,
    mended: url.origin,
  });
}

const FORM = 'Write scheme, host and, if it is not 443, port, as in https://api.example.com:8443.';

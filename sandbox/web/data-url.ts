/**
 * `data:` URLs.
 *
 * @see https://fetch.spec.whatwg.org/#data-url-processor
 */
import { decodeBase64 } from './base64.ts';
import { bytesFromLatin1, latin1FromBytes } from './latin1.ts';
import { parseMimeType, serializeMimeType } from './mime.ts';

/** What a `data:` URL holds. */
export interface DataUrl {
  readonly type: string;
  readonly bytes: Uint8Array;
}

const DEFAULT_TYPE = 'text/plain;charset=US-ASCII';

/** Decodes percent-encoded bytes; the text of a URL is ASCII. */
function percentDecode(text: string): Uint8Array<ArrayBuffer> {
  const binary = text.replace(/%([0-9A-Fa-f]{2})/g, (_all, hex: string) =>
    String.fromCharCode(parseInt(hex, 16)),
  );
  return bytesFromLatin1(binary)!;
}

function readType(text: string): string {
  const type = parseMimeType(text.startsWith(';') ? `text/plain${text}` : text);
  return type === null ? DEFAULT_TYPE : serializeMimeType(type);
}

/** Reads a serialized `data:` URL; null when it is malformed. */
export function readDataUrl(href: string): DataUrl | null {
  const fragment = href.indexOf('#');
  const text = href.slice('data:'.length, fragment < 0 ? undefined : fragment);
  const comma = text.indexOf(',');
  if (comma < 0) return null;
  const head = text.slice(0, comma).replace(/^[\t\n\f\r ]+|[\t\n\f\r ]+$/g, '');
  const bytes = percentDecode(text.slice(comma + 1));
  const base64 = /; *base64$/i.exec(head);
  if (base64 === null) return { type: readType(head), bytes };
  const decoded = decodeBase64(latin1FromBytes(bytes));
  if (decoded === null) return null;
  return { type: readType(head.slice(0, base64.index)), bytes: decoded };
}

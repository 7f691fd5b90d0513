/**
 * `multipart/form-data` in both directions.
 *
 * @see https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#multipart-form-data
 * @see https://andreubotella.github.io/multipart-form-data/
 */
import { blobBytes, concatenate, fileOf } from './blob.ts';
import type { FormEntry } from './form-data.ts';
import { formEntries, formOf } from './form-data.ts';
import type { FormData } from './form-data.ts';
import { latin1FromBytes } from './latin1.ts';
import { ArrayPush } from './primordials.ts';
import { randomBytes } from './random.ts';
import { decodeUtf8, decodeUtf8WithBom, encodeUtf8 } from './utf8.ts';

/** Escapes a name for a header: the only three characters that would end it. */
function escapeName(name: string): string {
  return name.replace(/\n/g, '%0A').replace(/\r/g, '%0D').replace(/"/g, '%22');
}

function withLineBreaks(text: string): string {
  return text.replace(/\r\n|\r|\n/g, '\r\n');
}

function makeBoundary(): string {
  let text = '----formdata-entrada-';
  for (const byte of randomBytes(16)) text += (byte & 15).toString(16) + (byte >> 4).toString(16);
  return text;
}

function encodeEntry([name, value]: FormEntry, boundary: string): Uint8Array[] {
  const head = `--${boundary}\r\nContent-Disposition: form-data; name="${escapeName(withLineBreaks(name))}"`;
  if (typeof value === 'string') {
    return [encodeUtf8(`${head}\r\n\r\n${withLineBreaks(value)}\r\n`)];
  }
  const file = `; filename="${escapeName(value.name)}"`;
  const type = `Content-Type: ${value.type === '' ? 'application/octet-stream' : value.type}`;
  return [encodeUtf8(`${head}${file}\r\n${type}\r\n\r\n`), blobBytes(value), encodeUtf8('\r\n')];
}

/** The body and the type of a form. */
export function encodeForm(form: FormData): { bytes: Uint8Array; type: string } {
  const boundary = makeBoundary();
  const pieces: Uint8Array[] = [];
  for (const entry of formEntries(form)) ArrayPush(pieces, ...encodeEntry(entry, boundary));
  ArrayPush(pieces, encodeUtf8(`--${boundary}--\r\n`));
  return { bytes: concatenate(pieces), type: `multipart/form-data; boundary=${boundary}` };
}

/** What the headers of a part say. */
interface PartHead {
  readonly name: string;
  readonly filename: string | null;
  readonly type: string | null;
  /** Where the body starts. */
  readonly end: number;
}

function unescapeName(binary: string, bytes: Uint8Array, start: number): string {
  return decodeUtf8WithBom(bytes.subarray(start, start + binary.length))
    .replace(/%0A/gi, '\n')
    .replace(/%0D/gi, '\r')
    .replace(/%22/g, '"');
}

const DISPOSITION =
  /^content-disposition:[\t ]*form-data;[\t ]*name="([^"\r\n]*)"(?:;[\t ]*filename="([^"\r\n]*)")?(?:;[^\r\n]*)?[\t ]*$/i;
const CONTENT_TYPE = /^content-type:[\t ]*([^\r\n]*?)[\t ]*$/i;
const OTHER_HEADER = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+:[^\r\n]*$/;

/** Reads the headers of a part; null when they are not as they must be. */
function readHead(binary: string, bytes: Uint8Array, start: number): PartHead | null {
  let at = start;
  let name: string | null = null;
  let filename: string | null = null;
  let type: string | null = null;
  for (;;) {
    const end = binary.indexOf('\r\n', at);
    if (end < 0) return null;
    const line = binary.slice(at, end);
    if (line === '') return name === null ? null : { name, filename, type, end: end + 2 };
    const disposition = DISPOSITION.exec(line);
    if (disposition !== null) {
      const nameAt = at + line.indexOf('name="') + 6;
      name = unescapeName(disposition[1]!, bytes, nameAt);
      const file = disposition[2];
      filename =
        file === undefined ? null : unescapeName(file, bytes, at + line.indexOf('filename="') + 10);
    } else if (CONTENT_TYPE.test(line)) {
      type = CONTENT_TYPE.exec(line)![1]!;
    } else if (!OTHER_HEADER.test(line)) {
      return null;
    }
    at = end + 2;
  }
}

/** Turns a part into an entry: a file when it has a file name, text otherwise. */
function toEntry(head: PartHead, bytes: Uint8Array): FormEntry {
  if (head.filename === null) return [head.name, decodeUtf8(bytes)];
  return [head.name, fileOf(bytes.slice(), head.filename, head.type ?? 'text/plain')];
}

/** Reads a `multipart/form-data` body; null when it is malformed. */
export function parseMultipart(bytes: Uint8Array, boundary: string): FormData | null {
  const binary = latin1FromBytes(bytes);
  const delimiter = `--${boundary}`;
  const entries: FormEntry[] = [];
  let at = 0;
  while (binary.startsWith('\r\n', at)) at += 2;
  if (!binary.startsWith(delimiter, at)) return null;
  for (;;) {
    at += delimiter.length;
    if (/^--(?:\r\n)*$/.test(binary.slice(at))) return formOf(entries);
    if (!binary.startsWith('\r\n', at)) return null;
    const head = readHead(binary, bytes, at + 2);
    if (head === null) return null;
    const end = binary.indexOf(`\r\n${delimiter}`, head.end - 2);
    if (end < 0) return null;
    const from = end < head.end ? end : head.end;
    ArrayPush(entries, toEntry(head, bytes.subarray(from, end)));
    at = end + 2;
  }
}

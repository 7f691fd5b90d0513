import { livingSecrets, type Secret } from './secret.ts';

/**
 * Replaces secrets in text by what they are, not by where they stand: a token in the query of an URL, in an error's
 * message or in an extension's log line is found there too, as it is, in URL encoding, in a JSON string, in HTML, and in
 * base64 at every alignment.
 */
export const MASK = '[secret]';

/** Shorter values are not looked for: they would be found in ordinary words. Unit: UTF-16 code units. */
const MIN_LENGTH = 8;

/** Shorter parts of an encoded value say too little to be sure, and hide too much when wrong. */
const MIN_ENCODED = 12;

const forms = new WeakMap<Secret, readonly string[]>();

/** The text without any secret: those given, or all that are in memory. */
export function maskSecrets(text: string, secrets: Iterable<Secret> = livingSecrets()): string {
  let masked = text;
  for (const secret of secrets) {
    for (const form of formsOf(secret)) {
      if (masked.includes(form)) masked = masked.replaceAll(form, MASK);
      masked = maskEnd(masked, form);
    }
  }
  return masked;
}

/** The value with every text in it masked, names of members included; the same value when there is nothing to mask. */
export function maskTexts<Value>(value: Value, secrets: readonly Secret[]): Value {
  const json = JSON.stringify(value);
  const isClean = secrets.every((secret) =>
    formsOf(secret).every((form) => !json.includes(form.slice(0, MIN_LENGTH))),
  );
  if (isClean) return value;
  return JSON.parse(json, (_, part: unknown) => maskPart(part, secrets));
}

/** One part of a value: a text, a number that is a secret of digits, or the names of an object's members. */
function maskPart(part: unknown, secrets: readonly Secret[]): unknown {
  if (typeof part === 'string') return maskSecrets(part, secrets);
  if (typeof part === 'number') return holdsSecret(`${part}`, secrets) ? MASK : part;
  if (typeof part !== 'object' || part === null || Array.isArray(part)) return part;
  const entries = Object.entries(part);
  return Object.fromEntries(entries.map(([name, value]) => [maskSecrets(name, secrets), value]));
}

/** Texts are cut to a length before they come here: what a secret begins with may be what is left of it at the end. */
function maskEnd(text: string, form: string): string {
  const start = form.slice(0, MIN_LENGTH);
  const end = text.slice(1 - form.length);
  for (let at = end.indexOf(start); at !== -1; at = end.indexOf(start, at + 1)) {
    if (form.startsWith(end.slice(at))) return text.slice(0, at - end.length) + MASK;
  }
  return text;
}

/** The bytes without any of the secrets given; the same bytes when there is none in them. */
export function maskBytes(bytes: Uint8Array, secrets: Iterable<Secret>): Uint8Array {
  // Latin-1 keeps every byte; what the forms look for is ASCII, or is compared as the bytes of its UTF-8.
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  let masked = text;
  for (const secret of secrets) {
    for (const form of formsOf(secret)) {
      const needle = Buffer.from(form).toString('latin1');
      if (masked.includes(needle)) masked = masked.replaceAll(needle, MASK);
    }
  }
  return masked === text ? bytes : Buffer.from(masked, 'latin1');
}

/** True when one of the secrets stands in the text in any form. */
export function holdsSecret(text: string, secrets: Iterable<Secret>): boolean {
  for (const secret of secrets) {
    if (formsOf(secret).some((form) => text.includes(form))) return true;
  }
  return false;
}

/** Everything that a secret may look like, the longest first. */
export function formsOf(secret: Secret): readonly string[] {
  const known = forms.get(secret);
  if (known) return known;
  const made = makeForms(secret.reveal());
  forms.set(secret, made);
  return made;
}

function makeForms(value: string): readonly string[] {
  if (value.length < MIN_LENGTH) return [];
  const encoded = [0, 1, 2].flatMap((offset) => base64At(value, offset));
  const plain = [value, ...inUrl(value), ...inJson(value), ...inHtml(value)];
  const long = encoded.filter((form) => form.length >= MIN_ENCODED);
  return [...new Set([...plain, ...long])].toSorted((a, b) => b.length - a.length);
}

/** In an URL and in a form, with digits of either case: services of .NET write the lower one. */
function inUrl(value: string): readonly string[] {
  const component = encodeURIComponent(value.toWellFormed());
  const form = new URLSearchParams({ x: value }).toString().slice(2);
  return [component, form].flatMap((one) => [
    one,
    one.replaceAll(/%[0-9A-F]{2}/g, (byte) => byte.toLowerCase()),
  ]);
}

/** In a string of JSON: as JavaScript writes it, with the slash of PHP, and with the escapes of .NET in either case. */
function inJson(value: string): readonly string[] {
  const json = JSON.stringify(value).slice(1, -1);
  const cautious = json.replaceAll('\\"', '\\u0022').replaceAll(/[+<>&'`]/g, escaped);
  const lower = cautious.replaceAll(/\\u00[0-9A-F]{2}/g, (one) => one.toLowerCase());
  return [json, json.replaceAll('/', '\\/'), cautious, lower];
}

const escaped = (character: string): string =>
  `\\u00${character.charCodeAt(0).toString(16).toUpperCase()}`;

/** In a page, with the apostrophe by number, and with the plus sign as .NET writes it. */
function inHtml(value: string): readonly string[] {
  const html = value
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
  return [html, html.replaceAll('&#39;', '&#x27;').replaceAll('+', '&#x2B;')];
}

/** The part of a base64 text that depends on the value alone, when so many bytes stand before it. */
function base64At(value: string, offset: number): readonly string[] {
  const bytes = Buffer.concat([Buffer.alloc(offset), Buffer.from(value)]);
  const start = Math.ceil((offset * 8) / 6);
  const end = Math.floor((bytes.length * 8) / 6);
  return [bytes.toString('base64'), bytes.toString('base64url')].map((text) =>
    text.slice(start, end),
  );
}

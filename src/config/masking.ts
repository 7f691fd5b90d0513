import { makeForms, MIN_LENGTH } from './secret-forms.ts';
import { secretsThatMayStandIn, type Secret } from './secret.ts';

/**
 * Replaces secrets in text by what they are, not by where they stand: a token in the query of an URL, in an error's
 * message or in an extension's log line is found there too, as it is, in URL encoding, in a JSON string, in HTML, and in
 * base64 at every alignment.
 */
export const MASK = '[secret]';

const forms = new WeakMap<Secret, readonly string[]>();

/** The text without any secret: those given, or all that are in memory. */
export function maskSecrets(text: string, secrets?: Iterable<Secret>): string {
  const likely = likelyIn(text);
  // Of the others, the forms, which are many and long, need not even be made.
  const all = [...(secrets ?? likely)].filter((secret) => likely.has(secret));
  let masked = text;
  for (const secret of all) {
    for (const form of formsOf(secret)) {
      if (masked.includes(form)) masked = masked.replaceAll(form, MASK);
      masked = maskEnd(masked, form);
    }
  }
  return maskBroken(masked, all);
}

/** False where none of the secrets stands in any of the texts in any form, at the cost of one look at all of them. */
export function mayHoldSecret(texts: readonly string[], secrets: Iterable<Secret>): boolean {
  return !likelyIn(texts.join('\n')).isDisjointFrom(new Set(secrets));
}

/** Where mail and certificates break a long text: a line's end, as it is or in a JSON string, behind a `=` or not. */
const BREAK = String.raw`(?:=?(?:\\[rn]|[\r\n]))`;

const BREAKS = new RegExp(BREAK, 'g');

/** Secrets that may stand in the text, on one line or on several. */
function likelyIn(text: string): ReadonlySet<Secret> {
  const whole = text.replaceAll(BREAKS, '');
  const likely = secretsThatMayStandIn(text);
  return whole.length === text.length ? likely : likely.union(secretsThatMayStandIn(whole));
}

/** A form that goes over several lines. */
function maskBroken(text: string, secrets: readonly Secret[]): string {
  const whole = text.replaceAll(BREAKS, '');
  if (whole.length === text.length) return text;
  let masked = text;
  for (const secret of secrets) {
    for (const form of formsOf(secret)) {
      if (!whole.includes(form)) continue;
      const letters = Array.from(form, (letter) => RegExp.escape(letter));
      masked = masked.replaceAll(new RegExp(letters.join(`${BREAK}*`), 'g'), MASK);
    }
  }
  return masked;
}

/** The value with every text in it masked, names of members included; the same value when there is nothing to mask. */
export function maskTexts<Value>(value: Value, secrets: readonly Secret[]): Value {
  const json = JSON.stringify(value);
  if (likelyIn(json).isDisjointFrom(new Set(secrets))) return value;
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
  const all = [...secrets];
  let masked = text;
  for (const secret of all) {
    for (const needle of needlesOf(secret)) {
      if (masked.includes(needle)) masked = masked.replaceAll(needle, MASK);
    }
  }
  masked = maskBroken(masked, all);
  return masked === text ? bytes : Buffer.from(masked, 'latin1');
}

const needles = new WeakMap<Secret, readonly string[]>();

// oxlint-disable-next-line no-control-regex -- all of Latin-1
const LATIN1 = /^[\0-\u00ff]*$/;

/** The bytes of a secret's forms, each as a character of Latin-1. */
function needlesOf(secret: Secret): readonly string[] {
  const known = needles.get(secret);
  if (known) return known;
  const made = formsOf(secret).flatMap((form) => {
    const utf8 = Buffer.from(form).toString('latin1');
    return LATIN1.test(form) && utf8 !== form ? [utf8, form] : [utf8]; // services write one or the other
  });
  needles.set(secret, made);
  return made;
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

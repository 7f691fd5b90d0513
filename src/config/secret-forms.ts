/** Shorter values are not looked for: they would be found in ordinary words. Unit: UTF-16 code units. */
export const MIN_LENGTH = 8;

/** Shorter parts of an encoded value say too little to be sure, and hide too much when wrong. */
const MIN_ENCODED = 12;

/**
 * Everything that a value may look like in a text, the longest first; nothing for one that is too short to be looked for.
 */
export function makeForms(value: string): readonly string[] {
  return [...new Set(everyForm(value))].toSorted((a, b) => b.length - a.length);
}

/** The same in no order, some of them twice. */
function everyForm(value: string): readonly string[] {
  if (value.length < MIN_LENGTH) return [];
  const forms = SAME.test(value) ? [value] : inClear(value);
  for (let offset = 0; offset < 3; offset++) {
    const text = base64At(value, offset);
    if (text.length >= MIN_ENCODED) forms.push(text, toUrl(text));
  }
  return forms;
}

/** What looks the same everywhere: most tokens do. */
const SAME = /^[\w.-]*$/;

const inClear = (value: string): string[] => [
  value,
  ...inUrl(value),
  ...inJson(value),
  ...inHtml(value),
];

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
function base64At(value: string, offset: number): string {
  const bytes = Buffer.from('\0'.repeat(offset) + value);
  const start = Math.ceil((offset * 8) / 6);
  const end = Math.floor((bytes.length * 8) / 6);
  return bytes.toString('base64').slice(start, end);
}

const toUrl = (base64: string): string => base64.replaceAll('+', '-').replaceAll('/', '_');

/** So much of a value decides how each of its forms begins. Unit: UTF-16 code units. */
const DECISIVE = 16;

/** How each form of a value begins, without making the forms, which are long. */
export function beginningsOf(value: string): readonly string[] {
  const starts = everyForm(value.slice(0, DECISIVE)).map((form) => form.slice(0, MIN_LENGTH));
  return [...new Set(starts)];
}

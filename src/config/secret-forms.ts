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
  Buffer.from(value).toString('latin1'), // in a header: its UTF-8, of which each byte is a letter there
  ...inUrl(value),
  ...inJson(value),
  ...inHtml(value),
];

/** Percent encoding, in which whoever writes it keeps other characters; with digits of either case, as .NET has the lower. */
function inUrl(value: string): readonly string[] {
  const component = encodeURIComponent(value.toWellFormed());
  const strict = component.replaceAll(/[!'()*]/g, percent); // RFC 3986 section 2.3: PHP, Python, .NET
  const form = new URLSearchParams({ x: value }).toString().slice(2);
  return [
    component,
    strict,
    component.replaceAll('%2F', '/'),
    strict.replaceAll('%2F', '/'), // quote() of Python
    encodeURI(value.toWellFormed()),
    form,
    form.replaceAll('%7E', '~'),
    strict.replaceAll('%20', '+'),
    strict.replaceAll('%20', '+').replaceAll('~', '%7E'),
  ].flatMap((one) => [one, one.replaceAll(/%[0-9A-F]{2}/g, (byte) => byte.toLowerCase())]);
}

const percent = (character: string): string =>
  `%${character.charCodeAt(0).toString(16).toUpperCase()}`;

/** What is escaped in a string of JSON that need not be: by PHP a slash, by Go and Ruby, Java's Gson, and .NET the rest. */
const CAUTIOUS = [/[<>&]/g, /[<>&=']/g, /[+<>&'`]/g];

/** In a string of JSON: as JavaScript writes it, and as others do, with digits of either case, and in ASCII alone. */
function inJson(value: string): readonly string[] {
  const json = JSON.stringify(value).slice(1, -1);
  const numbered = json.replaceAll('\\"', '\\u0022');
  const forms = [
    json,
    json.replaceAll('/', '\\/'),
    ...CAUTIOUS.flatMap((characters) =>
      [json, numbered].map((one) => one.replaceAll(characters, escaped)),
    ),
  ];
  return forms
    .flatMap((one) => [one, one.replaceAll(/[^\0-\x7f]/g, escaped)])
    .flatMap(inEitherCase)
    .flatMap((one) => [one, JSON.stringify(one).slice(1, -1)]); // as a text of other JSON: a line of the log
}

const escaped = (character: string): string =>
  `\\u${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`;

const inEitherCase = (json: string): readonly string[] => [
  json,
  json.replaceAll(/\\u[0-9A-F]{4}/g, (one) => one.toLowerCase()),
];

const APOSTROPHES = ["'", '&#39;', '&#x27;', '&#039;', '&apos;'];
const QUOTES = ['&quot;', '&#34;'];
const PLUSES = ['+', '&#x2B;', '&#43;'];

/** In a page, with what each template writes an apostrophe, a quotation mark and a plus sign as. */
function inHtml(value: string): readonly string[] {
  const html = value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return APOSTROPHES.flatMap((apostrophe) =>
    QUOTES.flatMap((quote) =>
      PLUSES.map((plus) =>
        html.replaceAll("'", apostrophe).replaceAll('"', quote).replaceAll('+', plus),
      ),
    ),
  );
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

import test from 'ava';
import fc from 'fast-check';

import {
  formsOf,
  holdsSecret,
  MASK,
  maskBytes,
  maskSecrets,
  maskTexts,
  mayHoldSecret,
} from '../../src/config/masking.ts';
import { Secret, secretsThatMayStandIn } from '../../src/config/secret.ts';
import { anyCharacter } from '../_support/any-character.ts';

const VALUE = 'a/secret+with "quotes" & more';
const secret = new Secret(VALUE);

const FORMS: { readonly [form: string]: string } = {
  'as it is': VALUE,
  'in an URL': encodeURIComponent(VALUE),
  'in an URL with digits in lower case': encodeURIComponent(VALUE).toLowerCase(),
  'in a form': new URLSearchParams({ x: VALUE }).toString().slice(2),
  'in a JSON string': JSON.stringify(VALUE).slice(1, -1),
  'in a JSON string as PHP writes it': JSON.stringify(VALUE).slice(1, -1).replaceAll('/', '\\/'),
  'in a JSON string as .NET writes it': 'a/secret\\u002Bwith \\u0022quotes\\u0022 \\u0026 more',
  'in a JSON string with digits in lower case':
    'a/secret\\u002bwith \\u0022quotes\\u0022 \\u0026 more',
  'in a page': 'a/secret+with &quot;quotes&quot; &amp; more',
  'in a page as .NET writes it': 'a/secret&#x2B;with &quot;quotes&quot; &amp; more',
  'in base64': Buffer.from(VALUE).toString('base64'),
  'in base64url': Buffer.from(VALUE).toString('base64url'),
};

for (const [form, text] of Object.entries(FORMS)) {
  test(`a secret is masked ${form}`, (t) => {
    const masked = maskSecrets(`before ${text} after`, [secret]);
    t.false(holdsSecret(masked, [secret]));
    t.true(masked.startsWith(`before ${MASK}`));
    t.true(masked.endsWith(' after'));
  });
}

const PASSWORD = `~p!s/(w'd)*é+"=<&>x`;
const password = new Secret(PASSWORD);

/** What programs in other languages make of it: each is the output of the one that is named. */
const ABROAD: { readonly [by: string]: string } = {
  'rawurlencode of PHP': '~p%21s%2F%28w%27d%29%2A%C3%A9%2B%22%3D%3C%26%3Ex',
  'urlencode of PHP': '%7Ep%21s%2F%28w%27d%29%2A%C3%A9%2B%22%3D%3C%26%3Ex',
  'quote of Python': '~p%21s/%28w%27d%29%2A%C3%A9%2B%22%3D%3C%26%3Ex',
  'encodeURI of JavaScript': "~p!s/(w'd)*%C3%A9+%22=%3C&%3Ex",
  'URLEncoder of Java': '%7Ep%21s%2F%28w%27d%29*%C3%A9%2B%22%3D%3C%26%3Ex',
  'json.dumps of Python': String.raw`~p!s/(w'd)*\u00e9+\"=<&>x`,
  'json_encode of PHP': String.raw`~p!s\/(w'd)*\u00e9+\"=<&>x`,
  'json.Marshal of Go': String.raw`~p!s/(w'd)*é+\"=\u003c\u0026\u003ex`,
  'Gson of Java': String.raw`~p!s/(w\u0027d)*é+\"\u003d\u003c\u0026\u003ex`,
  'System.Text.Json of .NET': String.raw`~p!s/(w\u0027d)*\u00E9\u002B\u0022=\u003C\u0026\u003Ex`,
  'htmlspecialchars of PHP': '~p!s/(w&#039;d)*é+&quot;=&lt;&amp;&gt;x',
  'html.escape of Python': '~p!s/(w&#x27;d)*é+&quot;=&lt;&amp;&gt;x',
  'html/template of Go': '~p!s/(w&#39;d)*é&#43;&#34;=&lt;&amp;&gt;x',
};

for (const [by, text] of Object.entries(ABROAD)) {
  test(`a secret is masked as it is written by ${by}`, (t) => {
    t.is(maskSecrets(`before ${text} after`, [password]), `before ${MASK} after`);
    const bytes = maskBytes(Buffer.from(`before ${text} after`), [password]);
    t.is(Buffer.from(bytes).toString(), `before ${MASK} after`);
  });
}

test('a secret beyond ASCII is masked in a header of UTF-8, and in bytes of Latin-1', (t) => {
  const text = `before ${PASSWORD} after`;
  const inHeader = Buffer.from(text).toString('latin1');
  t.is(maskSecrets(inHeader, [password]), `before ${MASK} after`);
  const bytes = maskBytes(Buffer.from(text, 'latin1'), [password]);
  t.is(Buffer.from(bytes).toString(), `before ${MASK} after`);
});

test('a secret is masked in JSON that is a text of other JSON', (t) => {
  for (const one of [secret, password, new Secret('"\\/+<&>" at the beginning')]) {
    for (const write of [JSON.stringify, inPhp]) {
      const message = `refused: ${write({ key: one.reveal() })}`;
      t.is(maskTexts({ message }, [one]).message, `refused: {"key":"${MASK}"}`);
      const line = JSON.stringify({ message });
      t.is(maskSecrets(line, [one]), JSON.stringify({ message: `refused: {"key":"${MASK}"}` }));
    }
  }
});

const inPhp = (value: unknown): string => JSON.stringify(value).replaceAll('/', '\\/');

for (const before of ['', 'u', 'us', 'user:', 'Basic: ']) {
  test(`a secret is masked in base64 after ${before.length} other bytes`, (t) => {
    const text = Buffer.from(`${before}${VALUE}:and the rest`).toString('base64');
    const masked = maskSecrets(text, [secret]);
    t.true(masked.includes(MASK));
    t.false(Buffer.from(masked.replace(MASK, ''), 'base64').toString().includes('secret'));
  });
}

const LONG = new Secret(`eyJ${'a1-B2_c3/D4+'.repeat(20)}`);

const BROKEN: readonly (readonly [what: string, text: string])[] = [
  ['in base64 as mail has it', lines(Buffer.from(LONG.reveal()).toString('base64'), '\r\n')],
  [
    'in base64 after other bytes',
    lines(Buffer.from(`u:${LONG.reveal()}`).toString('base64'), '\n'),
  ],
  ['in a JSON string', JSON.stringify(lines(LONG.reveal(), '\r\n'))],
  ['in quoted-printable', lines(LONG.reveal(), '=\r\n')],
];

function lines(text: string, end: string): string {
  return text.replaceAll(/.{76}/g, (line) => line + end);
}

for (const [what, text] of BROKEN) {
  test(`a secret that goes over several lines ${what} is masked, as text and as bytes`, (t) => {
    const masked = maskSecrets(`before\n${text}\nafter`, [LONG]);
    t.regex(masked, /^before\n.{0,6}\[secret\].{0,6}\nafter$/);
    const bytes = maskBytes(Buffer.from(`before\n${text}`), [LONG]);
    t.regex(Buffer.from(bytes).toString(), /^before\n.{0,6}\[secret\].{0,6}$/);
  });
}

test('texts that may hold a secret are told from those that do not, in every form and cut off', (t) => {
  for (const form of [...Object.values(FORMS), VALUE.slice(0, 8)]) {
    t.true(mayHoldSecret(['before', `in ${form}`, 'after'], [secret]), form);
    t.false(mayHoldSecret(['before', `in ${form}`, 'after'], [LONG]), form);
  }
  for (const [what, text] of BROKEN) t.true(mayHoldSecret([text], [LONG]), what);
  t.false(mayHoldSecret(['before', 'after'], [secret, LONG]));
});

test('lines without a secret stay as they are', (t) => {
  const text = lines('x'.repeat(1_000), '\r\n');
  t.is(maskSecrets(text, [LONG]), text);
  const bytes = Buffer.from(text);
  t.is(maskBytes(bytes, [LONG]), bytes);
});

test('what a cut left of a secret at the end is masked too', (t) => {
  t.is(maskSecrets(`said ${VALUE.slice(0, 15)}`, [secret]), `said ${MASK}`);
  t.is(maskSecrets(`said ${VALUE.slice(0, 8)}`, [secret]), `said ${MASK}`);
  t.is(maskSecrets(VALUE.slice(0, 12), [secret]), MASK);
});

test('what only begins like a secret stays', (t) => {
  const text = `said ${VALUE.slice(0, 8)} and went on`;
  t.is(maskSecrets(text, [secret]), text);
});

test('a value of fewer than eight characters is not looked for: it would be found in ordinary words', (t) => {
  t.deepEqual(formsOf(new Secret('pass')), []);
  t.is(maskSecrets('a pass is a pass', [new Secret('pass')]), 'a pass is a pass');
});

test('bytes without a secret are the same bytes', (t) => {
  const bytes = Buffer.from([0, 255, 128, 7]);
  t.is(maskBytes(bytes, [secret]), bytes);
});

test('a secret is masked among bytes that are no text', (t) => {
  const noise = Buffer.from([0, 255, 128, 7]);
  const masked = maskBytes(Buffer.concat([noise, Buffer.from(VALUE), noise]), [secret]);
  t.deepEqual(Buffer.from(masked), Buffer.concat([noise, Buffer.from(MASK), noise]));
});

test('a secret beyond ASCII is masked in text and in bytes', (t) => {
  const other = new Secret('пароль-доступа');
  t.is(maskSecrets('is пароль-доступа!', [other]), `is ${MASK}!`);
  const masked = maskBytes(Buffer.from('is пароль-доступа!'), [other]);
  t.is(Buffer.from(masked).toString(), `is ${MASK}!`);
});

test('no text keeps eight characters in a row that a secret begins with, wherever it was cut', (t) => {
  const value = fc.stringMatching(/^[\w.~+/-]{12,60}$/);
  fc.assert(
    fc.property(value, fc.string(), fc.nat(), (text, around, cut) => {
      const whole = `${around}${text}${around}`;
      const shown = maskSecrets(whole.slice(0, cut % (whole.length + 1)), [new Secret(text)]);
      const rest = shown.replaceAll(MASK, '\n');
      return !rest.includes(text) && !rest.endsWith(text.slice(0, 8));
    }),
  );
  t.pass();
});

test('every text of a value is masked, cut or whole', (t) => {
  const value = { a: ['x', `cut ${VALUE.slice(0, 10)}`], b: { c: `whole ${VALUE}!` }, d: 7 };
  t.deepEqual(maskTexts(value, [secret]), {
    a: ['x', `cut ${MASK}`],
    b: { c: `whole ${MASK}!` },
    d: 7,
  });
});

test('a secret is masked where it is the name of a member', (t) => {
  t.deepEqual(maskTexts({ a: [{ [VALUE]: 1, other: 2 }] }, [secret]), {
    a: [{ [MASK]: 1, other: 2 }],
  });
});

test('a secret of digits is masked where it is a number', (t) => {
  t.deepEqual(maskTexts({ a: 123_456_789_012, b: 7 }, [new Secret('123456789012')]), {
    a: MASK,
    b: 7,
  });
});

test('a member called __proto__ stays a member', (t) => {
  const masked = maskTexts(
    JSON.parse(`{"__proto__":{"a":1},"b":"${VALUE.replaceAll('"', '\\"')}"}`),
    [secret],
  );
  t.is(JSON.stringify(masked), `{"__proto__":{"a":1},"b":"${MASK}"}`);
});

test('a value without a secret is the same value', (t) => {
  const value = { a: ['x'], b: null };
  t.is(maskTexts(value, [secret]), value);
});

test('of all secrets in memory those that a text may hold are found by how they begin: the same is masked', (t) => {
  const value = fc.oneof(
    fc.string({ unit: anyCharacter, maxLength: 40 }),
    fc.string({ minLength: 8, maxLength: 40 }),
    fc.string({ unit: fc.constantFrom('a', '"', '&', '/', '+', 'ä', '😀'), maxLength: 30 }),
  );
  const cut = fc.nat({ max: 60 });
  const property = fc.property(
    fc.array(value, { maxLength: 5 }),
    fc.string(),
    cut,
    (values, around, at) => {
      const secrets = values.map((one) => new Secret(one));
      const all = secrets.flatMap(formsOf);
      const texts = [
        ...all.map((form) => `${around}${form}${around}`),
        ...all.map((form) => around + form.slice(0, at)),
      ];
      // Others may be in memory, too: they can only mask more.
      return (
        texts.every((text) => !holdsSecret(maskSecrets(text), secrets)) &&
        texts.every(
          (text) => maskSecrets(text) === maskSecrets(text, [...secretsThatMayStandIn(text)]),
        ) &&
        texts.every((text) =>
          secrets.every(
            (one) => maskSecrets(text, [one]) === text || secretsThatMayStandIn(text).has(one),
          ),
        )
      );
    },
  );
  t.notThrows(() => fc.assert(property, { numRuns: 300 }));
});

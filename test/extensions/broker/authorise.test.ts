import test from 'ava';
import fc from 'fast-check';

import { Secret } from '../../../src/config/secret.ts';
import { authorise, authoriseHeld } from '../../../src/extensions/broker/authorise.ts';
import { HeldLinks } from '../../../src/extensions/broker/held-links.ts';
import { effectiveGrant } from '../../../src/extensions/grant.ts';
import { GRAPH, grantOf, manifestOf, sampleGrant } from '../../_support/extensions.ts';

const GRANT = sampleGrant();
const OWN = 'https://files.example.com:8443';

function ask(url: string, method = 'GET', resource: string | null = null) {
  return authorise({ url, method, resource }, GRANT, OWN);
}

test('a request with a token is allowed where both sides name its path', (t) => {
  const answer = ask(`${GRAPH}/v1.0/me?$select=department`, 'GET', GRAPH);
  t.like(answer, { ok: true, rule: 'GET /v1.0/me', secrets: false, privateAddresses: false });
});

test('a request is refused where only the manifest names its path', (t) => {
  t.like(ask(`${GRAPH}/v1.0/me/a/b`, 'GET', GRAPH), { ok: false, code: 'PATH_NOT_GRANTED' });
});

test('a request is refused where only the operator names its path', (t) => {
  t.like(ask('https://hr.example.com/v2/people/7', 'PUT'), { ok: false, code: 'PATH_NOT_GRANTED' });
});

test('a method that is not granted is refused', (t) => {
  t.like(ask(`${GRAPH}/v1.0/me`, 'POST', GRAPH), { ok: false, code: 'PATH_NOT_GRANTED' });
});

test('a token is refused at every origin but its own', (t) => {
  for (const url of [
    'https://hr.example.com/v2/people/7',
    'https://graph.microsoft.com.evil.example/v1.0/me',
  ]) {
    t.like(ask(url, 'GET', GRAPH), { ok: false, code: 'TOKEN_DESTINATION_REFUSED' });
  }
});

test('a token of another resource is refused', (t) => {
  t.like(ask(`${GRAPH}/v1.0/me`, 'GET', 'https://storage.azure.com'), {
    ok: false,
    code: 'TOKEN_DESTINATION_REFUSED',
  });
});

test('an origin that was granted for itself may be given secrets', (t) => {
  t.like(ask('https://hr.example.com/v2/people/7'), {
    ok: true,
    secrets: true,
    rule: 'GET /v2/people/*',
  });
});

const BLOBS = 'https://storage.azure.com';

/** Two accounts of one API, and one server with an entry for each of its paths. */
function inSeveralEntries() {
  const token = { resource: BLOBS, expose: 'handle' } as const;
  const hr = { origin: 'https://hr.example.com', privateAddresses: false };
  return effectiveGrant(
    manifestOf({
      tokens: [{ ...token, scopes: [], allow: ['GET /**', 'PUT /**'], required: true }],
      fetch: [{ origin: hr.origin, allow: ['GET /**', 'POST /**'], required: true }],
    }),
    grantOf({
      tokens: [
        { ...token, origins: ['https://in.example.com'], allow: ['GET /in/*'] },
        { ...token, origins: ['https://out.example.com', hr.origin], allow: ['PUT /out/*'] },
      ],
      fetch: [
        { ...hr, allow: ['GET /people/*'] },
        { ...hr, allow: ['POST /notes'], privateAddresses: true },
      ],
    }),
  );
}

const SEVERAL: readonly (readonly [
  method: string,
  url: string,
  resource: string | null,
  told: { readonly [name in 'ok' | 'code' | 'privateAddresses' | 'secrets']?: unknown },
])[] = [
  ['GET', 'https://in.example.com/in/1', BLOBS, { ok: true }],
  ['PUT', 'https://out.example.com/out/1', BLOBS, { ok: true }],
  ['PUT', 'https://in.example.com/out/1', BLOBS, { code: 'PATH_NOT_GRANTED' }],
  ['GET', 'https://out.example.com/in/1', BLOBS, { code: 'PATH_NOT_GRANTED' }],
  ['GET', 'https://hr.example.com/people/7', null, { ok: true, privateAddresses: false }],
  ['POST', 'https://hr.example.com/notes', null, { ok: true, privateAddresses: true }],
  ['PUT', 'https://hr.example.com/out/1', null, { ok: true, secrets: false }],
  ['GET', 'https://hr.example.com/people/7', BLOBS, { code: 'PATH_NOT_GRANTED' }],
];

for (const [method, url, resource, told] of SEVERAL) {
  const what = `${method} ${url}${resource === null ? '' : ' with a token'}`;
  test(`of a grant in several entries each one counts for itself: ${what}`, (t) => {
    t.like(authorise({ url, method, resource }, inSeveralEntries(), OWN), told);
  });
}

test('a named destination is reached without being seen', (t) => {
  const answer = ask('entrada:teams', 'POST');
  t.like(answer, { ok: true, alias: 'entrada:teams', secrets: true });
});

test('a named destination refuses a method that is not granted, and a token', (t) => {
  t.like(ask('entrada:teams', 'GET'), { ok: false, code: 'PATH_NOT_GRANTED' });
  t.like(ask('entrada:teams', 'POST', GRAPH), { ok: false, code: 'TOKEN_DESTINATION_REFUSED' });
});

test('a named destination whose URL leads to the gateway or is none is refused, and not told', (t) => {
  for (const [url, code] of [
    [`${OWN}/api`, 'OWN_ORIGIN_REFUSED'],
    ['no url', 'URL_INVALID'],
  ] as const) {
    const named = GRANT.named.map((one) => ({ ...one, url: new Secret(url) }));
    const destination = { url: 'entrada:teams', method: 'POST', resource: null };
    const answer = authorise(destination, { ...GRANT, named }, OWN);
    t.like(answer, { ok: false, code });
    t.false(JSON.stringify(answer).includes(url));
  }
});

test('a held link that leads to the gateway is refused', (t) => {
  const links = new HeldLinks();
  const url = links.hold(`${OWN}/api`, ['GET']);
  const answer = authoriseHeld({ url, method: 'GET', resource: null }, links, OWN);
  t.like(answer, { ok: false, code: 'OWN_ORIGIN_REFUSED' });
});

test('a named destination in several entries takes the methods of each', (t) => {
  const entry = {
    name: 'hook',
    url: new Secret('https://hooks.example.com/T0'),
    privateAddresses: false,
  };
  const grant = effectiveGrant(
    manifestOf({ fetch: [{ name: 'hook', allow: ['GET', 'POST'], required: false }] }),
    grantOf({
      fetch: [
        { ...entry, allow: ['POST'] },
        { ...entry, allow: ['GET'] },
      ],
    }),
  );
  for (const method of ['GET', 'POST']) {
    t.true(authorise({ url: 'entrada:hook', method, resource: null }, grant, OWN).ok, method);
  }
});

test('a name that nobody gave is refused', (t) => {
  t.like(ask('entrada:slack', 'POST'), { ok: false, code: 'DESTINATION_UNKNOWN' });
});

test('the gateway’s own origin is refused', (t) => {
  t.like(ask(`${OWN}/api/v1/sessions`), { ok: false, code: 'OWN_ORIGIN_REFUSED' });
});

const REFUSED: readonly (readonly [what: string, url: string, code: string])[] = [
  ['plain http', 'http://hr.example.com/v2/people/7', 'URL_REFUSED'],
  ['credentials', 'https://hr.example.com@evil.example/v2/people/7', 'URL_REFUSED'],
  ['a user name alone', 'https://me@hr.example.com/v2/people/7', 'URL_REFUSED'],
  ['another port', 'https://hr.example.com:8443/v2/people/7', 'ORIGIN_NOT_GRANTED'],
  ['a trailing dot', 'https://hr.example.com./v2/people/7', 'ORIGIN_NOT_GRANTED'],
  ['another host', 'https://evil.example/v2/people/7', 'ORIGIN_NOT_GRANTED'],
  ['a numbered host', 'https://127.0.0.1/v2/people/7', 'URL_REFUSED'],
  ['a numbered host in disguise', 'https://0x7f000001/v2/people/7', 'URL_REFUSED'],
  ['an IPv6 host', 'https://[::1]/v2/people/7', 'URL_REFUSED'],
  ['an encoded slash', 'https://hr.example.com/v2/people/7%2f..%2fadmin', 'URL_REFUSED'],
  ['an encoded backslash', 'https://hr.example.com/v2/people/7%5Cadmin', 'URL_REFUSED'],
  ['a backslash', 'https://hr.example.com/v2/people\\7', 'URL_REFUSED'],
  ['an encoded NUL', 'https://hr.example.com/v2/people/7%00', 'URL_REFUSED'],
  ['an encoded line break', 'https://hr.example.com/v2/people/7%0d%0aX: y', 'URL_REFUSED'],
  ['a tab', 'https://hr.example.com/v2/peo\tple/7', 'URL_REFUSED'],
  ['dots that lead elsewhere', 'https://hr.example.com/v2/people/../admin', 'PATH_NOT_GRANTED'],
  [
    'encoded dots that lead elsewhere',
    'https://hr.example.com/v2/people/%2e%2e/admin',
    'PATH_NOT_GRANTED',
  ],
  ['no scheme', '//hr.example.com/v2/people/7', 'URL_INVALID'],
  ['a relative path', '/v2/people/7', 'URL_INVALID'],
  ['data', 'data:text/plain,hello', 'URL_REFUSED'],
  ['a file', 'file:///etc/passwd', 'URL_REFUSED'],
  ['nothing', '', 'URL_INVALID'],
  ['more than an URL has', `https://hr.example.com/v2/people/${'7'.repeat(9_000)}`, 'URL_TOO_LONG'],
];

for (const [what, url, code] of REFUSED) {
  test(`a URL with ${what} is refused`, (t) => t.like(ask(url), { ok: false, code }));
}

test('whatever is asked, an allowed URL has a granted origin and https', (t) => {
  const parts = fc.constantFrom(
    'https://',
    'http://',
    'hr.example.com',
    GRAPH,
    '@',
    '/',
    '\\',
    '..',
    'v2',
    'people',
    '7',
    '%2f',
    '?',
    '#',
    ':443',
    ':8443',
    '.',
    ' ',
    'entrada:teams',
  );
  fc.assert(
    fc.property(fc.array(parts, { maxLength: 8 }), (pieces) => {
      const answer = ask(pieces.join(''), 'GET');
      if (!answer.ok) return true;
      return (
        answer.url.protocol === 'https:' &&
        [GRAPH, 'https://hr.example.com'].includes(answer.url.origin)
      );
    }),
    { numRuns: 2_000 },
  );
  t.pass();
});

// ---- against another judge, that reads patterns as regular expressions and URLs by hand

const SEGMENTS = ['a', 'b', 'c', ''] as const;
const ORACLE_ORIGINS = ['https://one.example', 'https://two.example:8443', 'https://three.example'];

interface Rules {
  readonly origin: string;
  readonly requested: readonly string[];
  readonly granted: readonly string[];
}

/** `/a/*` and the like as a regular expression over the path, written without a look at the code that is tested. */
function toExpression(pattern: string): RegExp {
  const path = pattern.slice(pattern.indexOf('/'));
  if (path === '/**') return /^\/.*$/;
  const source = path
    .replace(/\/\*\*$/, '/@')
    .replaceAll('*', '[^/]+')
    .replace(/\/@$/, '/[^/].*');
  return new RegExp(`^${source}$`);
}

function oracle(url: string, method: string, rules: readonly Rules[]): boolean {
  const [, origin, path = ''] = /^(https:\/\/[a-z.]+(?::\d+)?)(\/[^?#]*)?/.exec(url) ?? [];
  const found = rules.find((one) => one.origin === origin);
  if (!found || /%2f|%5c|\\|@|\.\./i.test(url)) return false;
  const matching = (patterns: readonly string[]): boolean =>
    patterns.some((one) => one.startsWith(`${method} `) && toExpression(one).test(path || '/'));
  return matching(found.requested) && matching(found.granted);
}

const oraclePattern = fc
  .tuple(
    fc.constantFrom('GET', 'POST'),
    fc.array(fc.constantFrom('a', 'b', 'c', '*'), { maxLength: 3 }),
    fc.boolean(),
  )
  .map(([verb, parts, open]) => `${verb} /${[...parts, ...(open ? ['**'] : [])].join('/')}`);

const oracleRules = fc
  .tuple(
    fc.array(oraclePattern, { minLength: 1, maxLength: 3 }),
    fc.array(oraclePattern, { minLength: 1, maxLength: 3 }),
  )
  .map(([requested, granted]) => ({ requested, granted }));

const oracleUrl = fc
  .tuple(
    fc.constantFrom(...ORACLE_ORIGINS, 'https://evil.example', 'https://one.example:8443'),
    fc.array(fc.constantFrom(...SEGMENTS, 'a%2fb', 'a%5Cb'), { maxLength: 4 }),
    fc.constantFrom('', '?q=1', '?a/b'),
  )
  .map(([origin, segments, query]) => `${origin}/${segments.join('/')}${query}`);

test('the decision about origin, method and path is that of a judge who was written apart', (t) => {
  let allowed = 0;
  fc.assert(
    fc.property(
      fc.array(oracleRules, { minLength: 1, maxLength: 3 }),
      oracleUrl,
      fc.constantFrom('GET', 'POST', 'DELETE'),
      (given, url, method) => {
        const rules = given.map((one, index) => ({ ...one, origin: ORACLE_ORIGINS[index] ?? '' }));
        const grant = effectiveGrant(
          manifestOf({
            fetch: rules.map(({ origin, requested }) => ({
              origin,
              allow: requested,
              required: false,
            })),
          }),
          grantOf({
            fetch: rules.map(({ origin, granted }) => ({
              origin,
              allow: granted,
              privateAddresses: false,
            })),
          }),
        );
        const expected = oracle(url, method, rules);
        if (expected) allowed++;
        return authorise({ url, method, resource: null }, grant, OWN).ok === expected;
      },
    ),
    { numRuns: 20_000, seed: 11 },
  );
  t.true(allowed > 100, `${allowed} of them were allowed`);
});

test('nothing that stands around an URL changes what is decided about it', (t) => {
  const noise = fc.constantFrom('#x', '?', '?x=%2f', '#/../..', '');
  fc.assert(
    fc.property(
      noise,
      fc.constantFrom('7', 'a', '7/8', '../x', '%2e%2e/x', '7%2f8'),
      (after, last) => {
        const plain = ask(`https://hr.example.com/v2/people/${last}`);
        return ask(`https://hr.example.com/v2/people/${last}${after}`).ok === plain.ok;
      },
    ),
    { seed: 3 },
  );
  t.pass();
});

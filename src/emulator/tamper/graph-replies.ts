import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import type { Reply } from '../http/reply.ts';
import type { EmulatorRequest } from '../http/request.ts';
import type { TamperName } from './catalogue.ts';
import type { Tampering } from './tampering.ts';

type Body = { readonly [member: string]: unknown };

/** What a lie about a reply may use. */
export interface GraphScene {
  readonly request: EmulatorRequest;
  /** Public origin of Graph. */
  readonly origin: string;
}

interface BodyTampering {
  readonly applies: (body: Body, scene: GraphScene) => boolean;
  readonly edit: (body: Body, scene: GraphScene) => Body;
}

const OTHER_PERSON = '0a1b2c3d-0000-4000-8000-000000000002';
const EMPTY_PAGE_MARK = 'page-was-empty';

const isCollection = (body: Body): boolean => Array.isArray(body['value']);

const nextLink = (link: (url: string) => string): BodyTampering => ({
  applies: isCollection,
  edit: (body, { request, origin }) => ({
    ...body,
    '@odata.nextLink': link(`${origin}${request.target}`),
  }),
});

const eachItem = (change: (item: object) => object): BodyTampering => ({
  applies: isCollection,
  edit: (body) => ({
    ...body,
    value: (Array.isArray(body['value']) ? body['value'] : []).map((item: object) => change(item)),
  }),
});

/** Lies about members of a JSON reply. */
const BODIES: { readonly [name in TamperName]?: BodyTampering } = {
  'userinfo-sub-other': {
    applies: (_body, { request }) => request.path === '/oidc/userinfo',
    edit: (body) => ({ ...body, sub: 'somebody-else' }),
  },
  'me-id-other': {
    applies: (_body, { request }) => request.path.endsWith('/me'),
    edit: (body) => ({ ...body, id: OTHER_PERSON }),
  },
  'next-link-foreign': nextLink((url) =>
    url.replace(/^https:\/\/[^/]+/, 'https://attacker.example'),
  ),
  'next-link-insecure': nextLink((url) => url.replace('https:', 'http:')),
  'next-link-beta': nextLink((url) => url.replace('/v1.0/', '/beta/')),
  'next-link-userinfo': nextLink((url) => url.replace(/^(https:\/\/[^/]+)/, '$1@attacker.example')),
  'next-link-loop': nextLink((url) => url),
  'page-empty': {
    applies: (body, { request }) => isCollection(body) && !request.query.has(EMPTY_PAGE_MARK),
    edit: (body, { request, origin }) => ({
      ...body,
      '@odata.nextLink': `${origin}${request.target}${request.target.includes('?') ? '&' : '?'}${EMPTY_PAGE_MARK}=1`,
      value: [],
    }),
  },
  'names-null': eachItem((item) => ({ ...item, displayName: null })),
  'name-number': eachItem((item) => ({ ...item, displayName: 7 })),
  'item-without-id': eachItem((item) =>
    Object.fromEntries(Object.entries(item).filter(([name]) => name !== 'id')),
  ),
  'value-not-list': { applies: isCollection, edit: (body) => ({ ...body, value: { '0': {} } }) },
};

const BOMB_BYTES = 100_000_000;

const bomb = (encoding: string, compress: (text: Buffer) => Buffer): Reply => ({
  status: 200,
  headers: { 'Content-Type': 'application/json', 'Content-Encoding': encoding },
  body: compress(Buffer.from(`{"value":[]${' '.repeat(BOMB_BYTES)}}`)),
});

const CHALLENGE = JSON.stringify({ access_token: { acrs: { essential: true, value: 'c1' } } });

const unauthorized = (challenges: readonly string[]): Reply => ({
  status: 401,
  headers: {
    'Content-Type': 'application/json',
    ...(challenges.length === 0 ? {} : { 'WWW-Authenticate': challenges }),
  },
  body: '{"error":{"code":"InvalidAuthenticationToken","message":"Challenge."}}',
});

const challenge = (claims: string): string =>
  `Bearer error="insufficient_claims", realm="", claims="${claims}", authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize"`;

/** Answers in the place of the right one. */
const INSTEAD: { readonly [name in TamperName]?: () => Reply } = {
  'body-gzip-bomb': () => bomb('gzip', (text) => gzipSync(text)),
  'body-brotli-bomb': () =>
    bomb('br', (text) =>
      brotliCompressSync(text, { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } }),
    ),
  'challenge-missing': () => unauthorized([]),
  'challenge-garbage': () => unauthorized([challenge('bm8ganNvbg==')]),
  'challenge-two-headers': () =>
    unauthorized(['Basic realm="somewhere"', challenge(Buffer.from(CHALLENGE).toString('base64'))]),
  'challenge-base64url': () =>
    unauthorized([challenge(Buffer.from(CHALLENGE).toString('base64url'))]),
};

/** A lie that takes the place of the answer; undefined when none is on. */
export const graphInstead = (tampering: Tampering): Reply | undefined =>
  tampering.pick(INSTEAD)[0]?.();

/** The reply, with the lies about its body that are on and fit it. */
export function tamperedGraphReply(tampering: Tampering, reply: Reply, scene: GraphScene): Reply {
  if (tampering.active.length === 0 || reply.status !== 200 || typeof reply.body !== 'string')
    return reply;
  const parsed: unknown = JSON.parse(reply.body);
  if (typeof parsed !== 'object' || parsed === null) return reply;
  let body: Body = { ...parsed };
  for (const name of tampering.active) {
    const lie = BODIES[name];
    if (lie?.applies(body, scene) === true && tampering.use(name)) body = lie.edit(body, scene);
  }
  return { ...reply, body: JSON.stringify(body) };
}

/** Names of the switches of this file. */
export const GRAPH_TAMPERINGS: readonly string[] = [
  ...Object.keys(BODIES),
  ...Object.keys(INSTEAD),
];

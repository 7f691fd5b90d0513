import { empty, html, type Reply, withDefaultHeaders } from '../http/reply.ts';
import { headerOf } from '../http/request.ts';
import type { Handler, Route } from '../http/route.ts';
import type { Service } from '../http/service.ts';
import { answerFailure } from '../http/failure-reply.ts';
import { newGuid, randomText } from '../stable-id.ts';
import { adminConsent } from './admin-consent.ts';
import { authorize } from './authorize/authorize.ts';
import { deviceAuthorization, deviceSignIn } from './device-authorization.ts';
import { discovery } from './discovery.ts';
import { explainError } from './explain-error.ts';
import { instanceDiscovery } from './instance.ts';
import { logout } from './logout.ts';
import { refuse, refuseWith } from './refusal.ts';
import { refusalJson, refusalPage } from './refusal-reply.ts';
import { answerPage } from './sign-in/proceed.ts';
import { signingKeys } from './signing-keys.ts';
import { token } from './token/token.ts';

const preflight: Handler = () =>
  empty(200, {
    'Access-Control-Allow-Origin': '*',
    'Access-Control-Allow-Methods': 'GET, OPTIONS',
    'Access-Control-Allow-Headers': 'content-type, client-request-id, x-client-sku, x-client-ver',
  });

/** Single page applications redeem their codes from the browser. */
const tokenPreflight: Handler = (_world, request) =>
  empty(200, {
    'Access-Control-Allow-Origin': headerOf(request, 'origin') ?? '*',
    'Access-Control-Allow-Methods': 'POST, OPTIONS',
    'Access-Control-Allow-Headers': headerOf(request, 'access-control-request-headers') ?? '',
    'Access-Control-Max-Age': '86400',
  });

const interaction =
  (page: string): Handler =>
  (world, request) =>
    answerPage(world, request, page);

/** A document that anybody may read from anywhere. */
const document = (endpoint: Route['endpoint'], path: string, handle: Handler): readonly Route[] => [
  { endpoint, methods: ['GET', 'HEAD'], path, handle },
  { endpoint, methods: ['OPTIONS'], path, handle: preflight },
];

const route = (
  endpoint: Route['endpoint'],
  methods: readonly string[],
  path: string,
  handle: Handler,
): Route => ({ endpoint, methods, path, handle });

const ROUTES: readonly Route[] = [
  ...document('discovery', '/:tenant/v2.0/.well-known/openid-configuration', discovery),
  ...document('keys', '/:tenant/discovery/v2.0/keys', signingKeys),
  ...document('instance', '/common/discovery/instance', instanceDiscovery),
  route('authorize', ['GET', 'POST'], '/:tenant/oauth2/v2.0/authorize', authorize),
  route('token', ['POST', 'GET'], '/:tenant/oauth2/v2.0/token', token),
  route('token', ['OPTIONS'], '/:tenant/oauth2/v2.0/token', tokenPreflight),
  route('devicecode', ['POST'], '/:tenant/oauth2/v2.0/devicecode', deviceAuthorization),
  route('deviceauth', ['GET', 'POST'], '/common/oauth2/deviceauth', deviceSignIn),
  route('logout', ['GET', 'POST'], '/:tenant/oauth2/v2.0/logout', logout),
  route('adminconsent', ['GET'], '/:tenant/v2.0/adminconsent', adminConsent),
  route('adminconsent', ['GET'], '/:tenant/adminconsent', adminConsent),
  route('error', ['GET'], '/error', explainError),
  ...['login', 'secondfactor', 'consent'].map((page) =>
    route('interaction', ['POST'], `/:tenant/${page}`, interaction(page)),
  ),
];

/** The login host. */
export const loginService: Service = {
  routes: ROUTES,
  notFound: (world, request) =>
    html(
      404,
      `<!doctype html><title>Not found</title><p>Nothing is at ${encodeURI(request.path)}.`,
      {
        'x-ms-request-id': request.id,
        'x-emulator-time': new Date(world.time.now()).toISOString(),
      },
    ),
  methodNotAllowed: (world, request) =>
    refusalPage(world, request, refuse(900561, { words: { method: request.method } })),
  fail: (world, request, failure) =>
    answerFailure(failure, {
      aadsts: ({ aadsts, status, retryAfter }) => {
        const refusal = refuseWith(aadsts, {
          retryAfter,
          ...(status === undefined ? {} : { status }),
        });
        return PAGES.test(request.path)
          ? refusalPage(world, request, refusal)
          : refusalJson(world, request, refusal);
      },
    }),
  decorate: (world, request, reply) =>
    withDefaultHeaders(withCookies(reply), loginHeaders(request.id)),
};

/** Paths whose errors a person sees. */
const PAGES = /\/(?:authorize|login|secondfactor|consent|logout|adminconsent|deviceauth)$/;

/** Headers of every answer of the login host. */
const loginHeaders = (requestId: string): Reply['headers'] => ({
  'Strict-Transport-Security': 'max-age=31536000; includeSubDomains',
  'X-Content-Type-Options': 'nosniff',
  P3P: 'CP="DSP CUR OTPi IND OTRi ONL FIN"',
  'x-ms-request-id': requestId,
  'x-ms-ests-server': '2.1.0 - EMULATOR ProdSlices',
  'x-ms-srs': '1.P',
});

/** Every answer sets these; only the session cookie means anything. */
function withCookies(reply: Reply): Reply {
  const own = [reply.headers['Set-Cookie'] ?? []].flat();
  const others = [
    `fpc=${randomText(16)}; expires=${COOKIE_END}; path=/; secure; HttpOnly; SameSite=None`,
    `esctx=${newGuid()}; path=/; secure; HttpOnly; SameSite=None`,
    'x-ms-gateway-slice=estsfd; path=/; secure; samesite=none; httponly',
    'stsservicecookie=estsfd; path=/; secure; samesite=none; httponly',
  ];
  return { ...reply, headers: { ...reply.headers, 'Set-Cookie': [...own, ...others] } };
}

const COOKIE_END = 'Fri, 31-Dec-2038 23:59:59 GMT';

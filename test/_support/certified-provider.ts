import type { IncomingMessage, ServerResponse } from 'node:http';

import { interactionPolicy, Provider } from 'oidc-provider';

import type { EntraIdConfig } from '../../src/config/config.ts';
import type { AuthorizationAnswer } from '../../src/entra/response.ts';
import { createEntraId, type EntraId } from '../../src/entra/entra-id.ts';
import { Net } from '../../src/net/net.ts';
import { formsOf, Visitor } from '../../src/testing/visitor.ts';
import { CLIENT_SECRET, CONFIG } from './entra-desk.ts';
import { passwords } from './entra-id-config.ts';
import { APPLICATION, createKey, PERSON, TENANT } from './entra-tokens.ts';
import { createMemoryStore } from './memory-store.ts';
import { serveHttps } from './tls-loopback.ts';

const PUBLIC_URL = 'https://gw.example:8443';
const REDIRECT_URI = `${PUBLIC_URL}/?redirect-${CONFIG.id}`;
const GRAPH = 'https://graph.microsoft.com';

/** Claims of the one person; the provider itself adds those of the protocol. */
const CLAIMS = {
  sub: 'jane',
  oid: PERSON,
  tid: TENANT,
  ver: '2.0',
  name: 'Jane Roe',
  preferred_username: 'Jane.R@contoso.example',
};

/** A group as Graph shows it. */
const FINANCE = {
  '@odata.type': '#microsoft.graph.group',
  id: '0f5c8e1a-2b3c-4d5e-8f60-718293a4b5c6',
  displayName: 'Finance',
  securityEnabled: true,
};

/** A provider that the OpenID Foundation certified, in the shape of a tenant, and a method that signs in there. */
export interface CertifiedProvider extends AsyncDisposable {
  readonly log: readonly string[];
  /** Paths that were asked, in order. */
  readonly asked: readonly string[];
  method(config?: Partial<EntraIdConfig>): EntraId;
  /** From the link to the answer; whoever signs in is Jane, and consents unless `declines`. */
  visit(entra: EntraId, declines?: boolean): Promise<AuthorizationAnswer>;
}

/** Starts it on loopback. */
export async function startCertifiedProvider(): Promise<CertifiedProvider> {
  let handle = (_: IncomingMessage, response: ServerResponse): void => void response.end();
  const asked: string[] = [];
  const server = await serveHttps(['localhost'], (request, response) => {
    asked.push((request.url ?? '').split('?')[0] ?? '');
    handle(request, response);
  });
  const origin = `https://localhost:${server.port}`;
  const behaviour = { declines: false };
  handle = handlerOf(createProvider(origin), behaviour);
  const net = new Net();
  const log: string[] = [];
  const http = net.client(
    { proxy: { kind: 'direct' }, ca: [server.ca], addresses: 'any' },
    { [GRAPH]: origin },
  );
  return {
    log,
    asked,
    method: (config) =>
      createEntraId({
        config: {
          ...CONFIG,
          credential: passwords(CLIENT_SECRET),
          authority: { login: origin, ca: null, map: { [GRAPH]: origin } },
          ...config,
        },
        publicUrl: PUBLIC_URL,
        http,
        store: createMemoryStore(Date.now),
        clock: Date.now,
        log: (level, message, fields) => log.push(JSON.stringify({ level, message, fields })),
      }),
    visit: async (entra, declines = false) => {
      behaviour.declines = declines;
      return answerOf(entra, new Visitor(http));
    },
    [Symbol.asyncDispose]: async () => {
      await net[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}

function createProvider(origin: string): Provider {
  const policy = interactionPolicy.base();
  // Entra knows this one; the specification does, and the provider has to be told.
  policy.add(new interactionPolicy.Prompt({ name: 'select_account', requestable: true }), 0);
  const { privateKey } = createKey();
  return new Provider(`${origin}/${TENANT}/v2.0`, {
    clients: [
      {
        client_id: APPLICATION,
        client_secret: CLIENT_SECRET,
        redirect_uris: [REDIRECT_URI],
        response_types: ['code', 'id_token', 'id_token token', 'code id_token'],
        grant_types: ['authorization_code', 'implicit', 'refresh_token'],
        token_endpoint_auth_method: 'client_secret_post',
      },
    ],
    responseTypes: ['code', 'id_token', 'id_token token', 'code id_token'],
    jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), use: 'sig', kid: 'certified' }] },
    scopes: ['openid', 'offline_access', 'User.Read', 'GroupMember.Read.All'],
    claims: { openid: ['sub', 'oid', 'tid', 'ver'], profile: ['name', 'preferred_username'] },
    conformIdTokenClaims: false,
    findAccount: () => ({ accountId: CLAIMS.sub, claims: () => CLAIMS }),
    interactions: {
      policy,
      url: (_: unknown, { uid }: { uid: string }) => `${PREFIX}/person/${uid}`,
    },
    features: { devInteractions: { enabled: false }, rpInitiatedLogout: { enabled: false } },
    pkce: { required: () => false },
    cookies: { keys: ['of-the-test'] },
    routes: { authorization: '/oauth2/authorize', token: '/oauth2/token', jwks: '/discovery/keys' },
  });
}

const PREFIX = `/${TENANT}/v2.0`;

/** The provider below the path of its issuer, the person in front of it, and a Graph that knows their groups. */
function handlerOf(
  provider: Provider,
  behaviour: { readonly declines: boolean },
): (request: IncomingMessage, response: ServerResponse) => void {
  const serve = provider.callback();
  return (request, response) => {
    const url = request.url ?? '';
    if (url.startsWith('/v1.0/me/')) return giveGroups(request, response);
    Object.assign(request, { originalUrl: url, url: url.slice(PREFIX.length) });
    return url.startsWith(`${PREFIX}/person/`)
      ? void interact(provider, behaviour, request, response)
      : serve(request, response);
  };
}

function giveGroups({ headers }: IncomingMessage, response: ServerResponse): void {
  const known = /^Bearer \S{20,}$/.test(headers.authorization ?? '');
  response.writeHead(known ? 200 : 401, { 'content-type': 'application/json' });
  response.end(JSON.stringify(known ? { value: [FINANCE] } : { error: {} }));
}

async function interact(
  provider: Provider,
  { declines }: { readonly declines: boolean },
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { prompt, params } = await provider.interactionDetails(request, response);
  const accountId = CLAIMS.sub;
  const acts: { readonly [name: string]: () => Promise<object> } = {
    select_account: async () => ({ select_account: {} }),
    login: async () => ({ login: { accountId } }),
    consent: async () => {
      if (declines) return { error: 'access_denied', error_description: 'The person declined.' };
      const grant = new provider.Grant({ accountId, clientId: APPLICATION });
      grant.addOIDCScope(params['scope'] ?? '');
      return { consent: { grantId: await grant.save() } };
    },
  };
  const act = acts[prompt.name];
  if (!act) throw new Error(`the provider asks for ${prompt.name}`);
  await provider.interactionFinished(request, response, await act());
}

async function answerOf(entra: EntraId, visitor: Visitor): Promise<AuthorizationAnswer> {
  const begun = await entra.begin({
    service: 'file-browser',
    returnTo: '/',
    address: '203.0.113.7',
  });
  const common = { method: entra.id, cookies: { [begun.cookie.name]: begun.cookie.value } };
  let page = await visitor.open(begun.url);
  for (let pages = 0; page.location !== null && pages < 12; pages++) {
    // oxlint-disable-next-line no-await-in-loop -- each page tells where the next one is
    page = await visitor.open(page.location);
  }
  const form = formsOf(page).find(({ action }) => action === REDIRECT_URI);
  if (!form)
    throw new Error(`the provider shows a page (${page.status}): ${page.html.slice(0, 1000)}`);
  return { ...common, transport: 'form_post', parameters: form.fields };
}

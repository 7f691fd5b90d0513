/**
 * The peer of a sign-in: what somebody would write by hand, with `openid-client` on bare `node:https`, in memory: the same
 * pages, the same checks of the same tokens, the same call to Graph. The only argument is a JSON object, as below. Prints
 * `ready`; answers `cpu` with the CPU time that it used so far, in microseconds.
 */
import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import https from 'node:https';
import { createInterface } from 'node:readline';

import * as client from 'openid-client';
import { fetch, type RequestInit } from 'undici';

import { emulatorAgent } from '../../test/_support/emulator-browser.ts';

interface Settings {
  readonly certificate: string;
  readonly key: string;
  readonly ca: string;
  readonly port: number;
  readonly origin: string;
  readonly login: string;
  readonly graph: string;
  readonly tenant: string;
  readonly clientId: string;
  readonly secret: string;
}

const settings: Settings = JSON.parse(process.argv[2] ?? '');
const dispatcher = emulatorAgent(settings);
/** The customary one knows neither the authority of the emulator nor where its names are. */
const config = await client.discovery(
  new URL(`${settings.login}/${settings.tenant}/v2.0`),
  settings.clientId,
  { client_secret: settings.secret },
  client.ClientSecretPost(settings.secret),
  {
    [client.customFetch]: (url, init) => fetch(url, { ...(init as RequestInit), dispatcher }),
  },
);
client.enableNonRepudiationChecks(config); // the gateway verifies signatures from the token endpoint, too

const redirectUri = `${settings.origin}/callback`;
/** Unit: milliseconds. */
const SIGN_IN_MS = 120_000;

interface Session {
  readonly name: string;
  readonly groups: readonly string[];
  /** For the API that was asked for, and for when it ends. */
  readonly accessToken: string;
  readonly refreshToken: string | undefined;
}

const pending = new Map<string, { verifier: string; nonce: string; until: number }>();
const sessions = new Map<string, Session>();

const page = (title: string, body: string): string =>
  `<!doctype html><html lang="en"><title>${title}</title><main>${body}</main></html>`;

const cookieOf = ({ headers }: IncomingMessage, name: string): string =>
  new RegExp(`${name}=([\\w-]+)`).exec(headers.cookie ?? '')?.[1] ?? '';

function show(response: ServerResponse, html: string): void {
  response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(html);
}

function go(response: ServerResponse, location: string, ...cookies: readonly string[]): void {
  response
    .writeHead(303, { location, 'set-cookie': [...cookies], 'cache-control': 'no-store' })
    .end();
}

async function start(response: ServerResponse): Promise<void> {
  const [state, nonce] = [client.randomState(), client.randomNonce()];
  const verifier = client.randomPKCECodeVerifier();
  pending.set(state, { verifier, nonce, until: Date.now() + SIGN_IN_MS });
  const url = client.buildAuthorizationUrl(config, {
    redirect_uri: redirectUri,
    scope: 'openid profile offline_access User.Read GroupMember.Read.All',
    response_mode: 'form_post',
    prompt: 'select_account',
    code_challenge: await client.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    state,
    nonce,
  });
  go(response, url.href, `state=${state}; Path=/; HttpOnly; Secure; SameSite=None`);
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text;
}

async function finish(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await bodyOf(request);
  const state = cookieOf(request, 'state');
  const known = pending.get(state);
  if (!known) throw new Error('unknown state');
  pending.delete(state);
  if (known.until < Date.now()) throw new Error('too late');
  const answer = new Request(redirectUri, {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  });
  const tokens = await client.authorizationCodeGrant(config, answer, {
    pkceCodeVerifier: known.verifier,
    expectedState: state,
    expectedNonce: known.nonce,
  });
  const groups = await groupsOf(tokens.access_token);
  const id = randomBytes(32).toString('base64url');
  sessions.set(id, {
    name: JSON.stringify(tokens.claims()?.['preferred_username']),
    groups,
    accessToken: tokens.access_token,
    refreshToken: tokens.refresh_token,
  });
  const over = 'state=; Path=/; HttpOnly; Secure; SameSite=None; Max-Age=0';
  go(response, '/', `session=${id}; Path=/; HttpOnly; Secure; SameSite=Lax`, over);
}

interface Page {
  readonly value: readonly { readonly displayName: string; readonly securityEnabled: boolean }[];
  readonly '@odata.nextLink'?: string;
}

async function groupsOf(token: string): Promise<readonly string[]> {
  const names: string[] = [];
  const first = '/v1.0/me/transitiveMemberOf?$select=id,displayName,securityEnabled&$top=999';
  for (let link: string | undefined = settings.graph + first; link !== undefined;) {
    const answer = await fetch(link, { dispatcher, headers: { authorization: `Bearer ${token}` } });
    const { value, '@odata.nextLink': next } = (await answer.json()) as Page;
    names.push(...value.flatMap((group) => (group.securityEnabled ? group.displayName : [])));
    link = next;
  }
  return names;
}

async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = request.url ?? '';
  if (url.startsWith('/callback')) return finish(request, response);
  if (url.startsWith('/login?method=')) return start(response);
  if (url.startsWith('/login'))
    return show(response, page('Sign in', '<a href="/login?method=1">Sign in</a>'));
  const session = sessions.get(cookieOf(request, 'session'));
  if (!session) return go(response, '/login');
  return show(response, page('Signed in', `${session.name}: ${session.groups.join(', ')}`));
}

const server = https.createServer(
  { cert: settings.certificate, key: settings.key },
  (request, response) => {
    handle(request, response).catch((error: unknown) => response.writeHead(500).end(String(error)));
  },
);
server.listen(settings.port, '127.0.0.1', () => process.stdout.write('ready\n'));

createInterface({ input: process.stdin }).on('line', () => {
  const { user, system } = process.cpuUsage();
  process.stdout.write(`${user + system}\n`);
});

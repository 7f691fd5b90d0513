import { inspect } from 'node:util';
import type { ExecutionContext } from 'ava';
import type { EntraIdConfig } from '../../src/config/config.ts';
import type { BeginRequest } from '../../src/entra/begin.ts';
import { createEntraId, type EntraId, type EntraIdDeps } from '../../src/entra/entra-id.ts';
import { EntraError } from '../../src/entra/entra-error.ts';
import type { AuthorizationAnswer } from '../../src/entra/response.ts';
import { TRANSACTION } from '../../src/entra/transaction.ts';
import type { ErrorCode } from '../../src/errors.ts';
import {
  accessToken,
  APPLICATION,
  claimsOf,
  createKey,
  halfHash,
  METHOD,
  sign,
  TENANT,
  type TestKey,
} from './entra-tokens.ts';
import { ENTRA_ID, passwords } from './entra-id-config.ts';
import { createMemoryStore, type MemoryStore } from './memory-store.ts';
import {
  createScriptedTenant,
  GROUPS_URL,
  TOKEN_URL,
  type ScriptedTenant,
} from './scripted-tenant.ts';

/** The tenant's key; made once for a test file, because that takes a while. */
export const KEY: TestKey = createKey();

export const CLIENT_SECRET = 'Xy8Q~client.secret_of-the.tests~0123456789';

export const CONFIG: EntraIdConfig = {
  ...ENTRA_ID,
  id: METHOD,
  directoryId: TENANT,
  applicationId: APPLICATION,
};

/** What a client that exchanges tokens declares of itself. */
export const CAPABLE = '{"access_token":{"xms_cc":{"values":["cp1"]}}}';

/** Configuration of each documented way of signing in. */
export const IMPLICIT: Partial<EntraIdConfig> = {};
export const IMPLICIT_GROUPS: Partial<EntraIdConfig> = {
  groupAssociation: 'base-and-azure-groups',
};
export const CODE: Partial<EntraIdConfig> = {
  apiScopes: [
    'https://graph.microsoft.com/Files.ReadWrite',
    'https://storage.azure.com/user_impersonation',
  ],
  credential: passwords(CLIENT_SECRET),
};
export const CODE_GROUPS: Partial<EntraIdConfig> = { ...CODE, ...IMPLICIT_GROUPS };

/** One sign-in that was begun. */
interface Round {
  readonly url: URL;
  readonly state: string;
  readonly nonce: string;
  readonly cookies: { readonly [name: string]: string };
}

/** A method under test, with everything around it in the test's hands. */
export interface Desk {
  readonly entra: EntraId;
  readonly tenant: ScriptedTenant;
  readonly store: MemoryStore;
  readonly log: string[];
  /** Values that must not be told anywhere. */
  readonly secrets: string[];
  /** Everything that was begun, by state. */
  readonly rounds: Map<string, Round>;
  /** Unit: milliseconds. */
  now: number;
  /** Waits that were asked for. Unit: milliseconds. */
  readonly waits: number[];
  begin(request?: Partial<BeginRequest>): Promise<Round>;
  /** A genuine answer to a round; a parameter or claim that is overridden with undefined is left out. */
  answer(round: Round, overrides?: AnswerOverrides): Promise<AuthorizationAnswer>;
}

export interface AnswerOverrides {
  readonly claims?: { readonly [name: string]: unknown };
  readonly header?: { readonly [name: string]: unknown };
  readonly key?: TestKey;
  readonly parameters?: { readonly [name: string]: string | undefined };
  readonly answer?: Partial<AuthorizationAnswer>;
}

export type DeskOptions = Partial<Omit<EntraIdDeps, 'config'>> & {
  readonly config?: Partial<EntraIdConfig>;
};

/** Sets a method up. The clock stands; waiting moves it. */
export function createDesk({ config, ...deps }: DeskOptions = {}): Desk {
  const tenant = createScriptedTenant(KEY);
  const log: string[] = [];
  const waits: number[] = [];
  const clock = (): number => desk.now;
  const store = createMemoryStore(clock);
  const desk: Desk = {
    now: 1_800_000_000_000,
    secrets: [CLIENT_SECRET],
    rounds: new Map(),
    tenant,
    store,
    log,
    waits,
    entra: createEntraId({
      config: { ...CONFIG, ...config },
      publicUrl: 'https://gw.example:8443',
      http: tenant.http,
      store,
      clock,
      log: (level, message, fields) => log.push(inspect({ level, message, fields })),
      sleep: async (ms) => {
        waits.push(ms);
        desk.now += ms;
      },
      ...deps,
    }),
    begin: (request) => begin(desk, request),
    answer: (round, overrides) => answer(desk, round, overrides),
  };
  scriptTokens(desk);
  tenant.on(GROUPS_URL, { json: { value: [] } });
  return desk;
}

async function begin(desk: Desk, request: Partial<BeginRequest> = {}): Promise<Round> {
  const { url, cookie } = await desk.entra.begin({
    service: 'file-browser',
    returnTo: '/reports',
    address: '203.0.113.7',
    ...request,
  });
  const parsed = new URL(url);
  const state = parsed.searchParams.get('state') ?? '';
  const nonce = parsed.searchParams.get('nonce') ?? '';
  const round = { url: parsed, state, nonce, cookies: { [cookie.name]: cookie.value } };
  desk.rounds.set(state, round);
  desk.secrets.push(state, nonce, cookie.value);
  return round;
}

async function answer(
  desk: Desk,
  { url, state, nonce, cookies }: Round,
  { claims, header, key = KEY, parameters, answer: rest }: AnswerOverrides = {},
): Promise<AuthorizationAnswer> {
  const types = url.searchParams.get('response_type')?.split(' ') ?? [];
  const code = types.includes('code') ? CODE_PREFIX + state : undefined;
  const token = types.includes('token') ? accessToken('implicit') : undefined;
  const hashes = {
    ...(code && { c_hash: halfHash(code) }),
    ...(token && { at_hash: halfHash(token) }),
  };
  const payload = claimsOf(Math.floor(desk.now / 1000), { nonce, ...hashes, ...claims });
  const idToken = types.includes('id_token') ? await sign(payload, key, header) : undefined;
  const genuine = {
    code,
    id_token: idToken,
    access_token: token,
    ...(token && { token_type: 'Bearer', expires_in: '4217', scope: GRANTED }),
    state,
    session_state: '6d2f0b1c-0000-4000-8000-000000000000',
  };
  const all = Object.entries({ ...genuine, ...parameters });
  const given = all.flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  );
  desk.secrets.push(...given.filter(([name]) => SECRET.has(name)).map(([, value]) => value));
  return { method: METHOD, transport: 'form_post', parameters: given, cookies, ...rest };
}

/** The scripted codes name their sign-in, so that the token endpoint finds its nonce. */
const CODE_PREFIX = '1.AXoA-code-';

const SECRET = new Set(['code', 'id_token', 'access_token', 'state']);
const GRANTED = 'openid profile email User.Read GroupMember.Read.All';

/** The token endpoint as it is on a good day; the nonce is that of the last authorization request. */
function scriptTokens(desk: Desk): void {
  desk.tenant.on(TOKEN_URL, async ({ body }) => ({ json: await tokenAnswer(desk, formOf(body)) }));
}

/** The fields of a token request. */
export const formOf = (body: string | Uint8Array | undefined): URLSearchParams =>
  new URLSearchParams(typeof body === 'string' ? body : '');

/** A token response to a form; the ID token has the nonce of the code's sign-in, and none after a refresh. */
export async function tokenAnswer(
  desk: Desk,
  form: URLSearchParams,
  claims: { readonly [name: string]: unknown } = {},
): Promise<{ readonly [name: string]: unknown }> {
  const code = form.get('code') ?? '';
  const nonce = desk.rounds.get(code.slice(CODE_PREFIX.length))?.nonce;
  const token = accessToken(form.get('scope') ?? '');
  const refreshToken = `1.AXoA-refresh-${token.slice(-40)}`;
  const idToken = await sign(claimsOf(Math.floor(desk.now / 1000), { nonce, ...claims }), KEY);
  desk.secrets.push(token, refreshToken, idToken);
  return {
    token_type: 'Bearer',
    scope: form.get('scope') ?? '',
    expires_in: 4217,
    ext_expires_in: 4217,
    access_token: token,
    refresh_token: refreshToken,
    id_token: idToken,
  };
}

/** Begins and finishes one sign-in. */
export async function signIn(
  desk: Desk,
  overrides: AnswerOverrides = {},
): Promise<Awaited<ReturnType<EntraId['finish']>>> {
  const round = await desk.begin();
  return desk.entra.finish(await desk.answer(round, overrides));
}

/**
 * Asserts that work was refused with a code, that no transaction is left, and that neither the error nor the log tells
 * anything secret.
 */
export async function refusedWith(
  t: ExecutionContext,
  desk: Desk,
  code: ErrorCode,
  work: Promise<unknown>,
): Promise<EntraError> {
  const error = await t.throwsAsync(work, { instanceOf: EntraError, code });
  t.is(await desk.store.count(TRANSACTION), 0, 'the transaction is used up');
  assertNothingTold(t, desk, error);
  return error;
}

/** Neither errors nor log lines hold a token, code, secret, state, nonce or cookie. */
export function assertNothingTold(t: ExecutionContext, desk: Desk, error: unknown): void {
  const told = inspect(error, { depth: 10, showHidden: true }) + desk.log.join('\n');
  const found = desk.secrets.filter((secret) => secret.length > 7 && told.includes(secret));
  t.deepEqual(found, [], 'nothing secret is told');
}

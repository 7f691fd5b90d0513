import { createHash, randomBytes } from 'node:crypto';
import type { RequestInit, Response } from 'undici';
import {
  contoso,
  CONTOSO_APPLICATION_ID,
  CONTOSO_SECRET,
  type Emulator,
  type EmulatorOptions,
  startEmulator,
  type TenantControl,
  type TenantSeed,
} from '../../src/emulator/index.ts';
import { EmulatorBrowser, formsOf, type PageForm } from './emulator-browser.ts';
import { keptIdentity } from './kept-identity.ts';

export const APP: string = CONTOSO_APPLICATION_ID;
export const SECRET: string = CONTOSO_SECRET;
export const REDIRECT = 'https://gw.example:8443/?redirect-9f0e';
export const JANE = 'jane@contoso.example';
export const ADELE = 'adele@contoso.example';
export const EMIL = 'emil@contoso.example';
export const STORAGE_SCOPE = 'https://storage.azure.com/user_impersonation';

/** An answer at the redirect URI, or the page on which a sign-in stopped. */
export type Outcome =
  | {
      readonly kind: 'answer';
      readonly mode: 'query' | 'fragment' | 'form_post';
      /** Where it went, without its parameters in query and fragment mode. */
      readonly target: string;
      readonly names: readonly string[];
      readonly fields: Readonly<Record<string, string>>;
      readonly response: Response;
    }
  | {
      readonly kind: 'page';
      readonly status: number;
      readonly html: string;
      readonly title: string;
      readonly forms: readonly PageForm[];
      /** First AADSTS number on the page. */
      readonly aadsts: number | undefined;
      readonly response: Response;
    };

/** Members of a JSON object; text that is no JSON stands as `text`. */
export type Members = Readonly<Record<string, unknown>>;

export interface Json {
  readonly status: number;
  readonly headers: Response['headers'];
  readonly body: Members;
}

/** How a person answers pages; `stop` names the page at which they stop. */
export interface Conduct {
  readonly person?: string;
  readonly consent?: 'accept' | 'decline' | 'stop';
  readonly secondFactor?: 'approve' | 'deny' | 'register' | 'stop';
  readonly browser?: EmulatorBrowser;
}

/** An emulator under test, and clients for all of its services. */
export class Bed {
  readonly emulator: Emulator;
  readonly tenant: TenantControl;
  readonly browser: EmulatorBrowser;

  constructor(emulator: Emulator) {
    this.emulator = emulator;
    this.tenant = emulator.tenant();
    this.browser = new EmulatorBrowser(emulator);
  }

  get T(): string {
    return this.tenant.id;
  }

  newBrowser(): EmulatorBrowser {
    return new EmulatorBrowser(this.emulator);
  }

  /** Parameters of a request that is right; `undefined` takes one away. */
  parameters(changes: Readonly<Record<string, string | undefined>> = {}): URLSearchParams {
    const all: Readonly<Record<string, string | undefined>> = {
      client_id: APP,
      response_type: 'code',
      redirect_uri: REDIRECT,
      scope: 'openid profile User.Read',
      state: 'a-state',
      nonce: 'a-nonce',
      ...changes,
    };
    const given = Object.entries(all).filter(
      (entry): entry is [string, string] => entry[1] !== undefined,
    );
    return new URLSearchParams(given);
  }

  /** Asks for sign-in and shows what came of it, without answering any page. */
  async ask(
    changes: Readonly<Record<string, string | undefined>> = {},
    browser: EmulatorBrowser = this.browser,
  ): Promise<Outcome> {
    return outcomeOf(
      await browser.send(`/${this.T}/oauth2/v2.0/authorize?${this.parameters(changes).toString()}`),
    );
  }

  /** Asks for sign-in and answers every page. */
  async signIn(
    changes: Readonly<Record<string, string | undefined>> = {},
    conduct: Conduct = {},
  ): Promise<Outcome> {
    const browser = conduct.browser ?? this.newBrowser();
    return this.proceed(await this.ask(changes, browser), { ...conduct, browser });
  }

  /** Answers pages until there is none left, or one to stop at. */
  async proceed(outcome: Outcome, conduct: Conduct = {}): Promise<Outcome> {
    const browser = conduct.browser ?? this.browser;
    let now = outcome;
    for (let pages = 0; now.kind === 'page' && pages < 6; pages += 1) {
      const answer = answerFor(
        now.forms,
        this.tenant.people.get(conduct.person ?? JANE).oid,
        conduct,
      );
      if (answer === undefined) return now;
      // oxlint-disable-next-line no-await-in-loop -- one page after the other
      now = await outcomeOf(await browser.submit(answer.form, answer.fields));
    }
    return now;
  }

  /** Asks the token endpoint. */
  async token(
    fields: Readonly<Record<string, string | undefined>>,
    headers: Readonly<Record<string, string>> = {},
    segment: string = this.T,
  ): Promise<Json> {
    const given = Object.entries({ client_id: APP, client_secret: SECRET, ...fields }).filter(
      (entry): entry is [string, string] => entry[1] !== undefined,
    );
    return this.json(`/${segment}/oauth2/v2.0/token`, {
      method: 'POST',
      body: new URLSearchParams(given).toString(),
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    });
  }

  /** Signs in with a code and redeems it. */
  async tokens(
    scope: string,
    conduct: Conduct = {},
    changes: Readonly<Record<string, string>> = {},
  ): Promise<Json> {
    const outcome = await this.signIn({ scope, ...changes }, conduct);
    if (outcome.kind === 'page')
      throw new Error(`stopped at ${outcome.title} ${outcome.aadsts ?? ''}`);
    return this.redeem(outcome.fields['code'] ?? '');
  }

  redeem(code: string, fields: Readonly<Record<string, string | undefined>> = {}): Promise<Json> {
    return this.token({
      grant_type: 'authorization_code',
      code,
      redirect_uri: REDIRECT,
      ...fields,
    });
  }

  refresh(
    refreshToken: string,
    fields: Readonly<Record<string, string | undefined>> = {},
  ): Promise<Json> {
    return this.token({ grant_type: 'refresh_token', refresh_token: refreshToken, ...fields });
  }

  /** An access token of a person. */
  async accessToken(
    scope: string,
    conduct: Conduct = {},
    changes: Readonly<Record<string, string>> = {},
  ): Promise<string> {
    const { body } = await this.tokens(scope, conduct, changes);
    return String(body.access_token);
  }

  /** Asks Graph. */
  graph(path: string, token: string, init: RequestInit = {}): Promise<Json> {
    const headers = headersWithBearer(token, init);
    return this.json(`${this.emulator.graph}${path}`, { ...init, headers });
  }

  /** Asks Storage. */
  storage(path: string, token: string, init: RequestInit = {}): Promise<Response> {
    const origin = this.emulator.authority.map['https://contoso.blob.core.windows.net'] ?? '';
    const headers = { 'x-ms-version': '2023-11-03', ...headersWithBearer(token, init) };
    return this.browser.send(`${origin}${path}`, {
      ...init,
      headers,
    });
  }

  /** Any JSON. */
  async json(url: string, init: RequestInit = {}): Promise<Json> {
    const response = await this.browser.send(url, init);
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json') ?? false;
    return {
      status: response.status,
      headers: response.headers,
      body: isJson ? members(JSON.parse(text)) : { text },
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.browser[Symbol.asyncDispose]();
    await this.emulator.close();
  }
}

function headersWithBearer(token: string, { headers }: RequestInit): Record<string, string> {
  const given = headers === undefined ? [] : new Headers(headers);
  return { authorization: `Bearer ${token}`, ...Object.fromEntries(given) };
}

/** Starts an emulator with the demo's tenant, whose parts a test may change. Its clock stands still until it is moved. */
export async function startBed(
  seed: Partial<TenantSeed> = {},
  options: EmulatorOptions = {},
): Promise<Bed> {
  const startedAt = Date.now();
  return new Bed(
    await startEmulator({
      tenants: [{ ...contoso([REDIRECT]), ...seed }],
      ...(await keptIdentity()),
      clock: () => startedAt,
      ...options,
    }),
  );
}

interface PageAnswer {
  readonly form: PageForm;
  readonly fields: Readonly<Record<string, string>>;
}

function answerFor(
  forms: readonly PageForm[],
  oid: string,
  conduct: Conduct,
): PageAnswer | undefined {
  const [form] = forms;
  const names = form?.buttons.map(([name]) => name) ?? [];
  const values = form?.buttons.map(([, value]) => value) ?? [];
  if (form === undefined) return undefined;
  if (names.includes('account')) return { form, fields: { account: oid } };
  if (names.includes('secondfactor')) {
    const answer = conduct.secondFactor ?? values[0] ?? '';
    return answer === 'stop' || !values.includes(answer)
      ? undefined
      : { form, fields: { secondfactor: answer } };
  }
  const consent = conduct.consent ?? 'accept';
  return names.includes('consent') && values.includes(consent)
    ? { form, fields: { consent } }
    : undefined;
}

/** What a response of the login host is. */
export async function outcomeOf(response: Response): Promise<Outcome> {
  const html = await response.text();
  const location = response.headers.get('location');
  if (location !== null) return answerInUrl(response, location);
  const forms = formsOf(html);
  const [form] = forms;
  if (html.includes('name="hiddenform"') && form !== undefined) {
    const fields = Object.fromEntries(form.fields);
    return {
      kind: 'answer',
      mode: 'form_post',
      target: form.action,
      names: fieldNames(html),
      fields,
      response,
    };
  }
  const title = /<h1>([\s\S]*?)<\/h1>/.exec(html)?.[1]?.trim() ?? '';
  const aadsts = /AADSTS(\d+)/.exec(html)?.[1];
  return {
    kind: 'page',
    status: response.status,
    html,
    title,
    forms,
    aadsts: aadsts === undefined ? undefined : Number(aadsts),
    response,
  };
}

const fieldNames = (html: string): readonly string[] =>
  [...html.matchAll(/<input type="hidden" name="([^"]*)"/g)].map(([, name]) => name ?? '');

function answerInUrl(response: Response, location: string): Outcome {
  const hash = location.indexOf('#');
  const mode = hash >= 0 ? 'fragment' : 'query';
  // The redirect URI of the tests has a query of its own.
  const cut = hash >= 0 ? hash : location.search(/[?&](?:code|error|admin_consent|id_token)=/);
  const parameters = new URLSearchParams(location.slice(cut + 1));
  return {
    kind: 'answer',
    mode,
    target: location.slice(0, cut),
    names: [...parameters.keys()],
    fields: Object.fromEntries(parameters),
    response,
  };
}

/** The claims of a token, unverified. */
export const claimsOf = (token: unknown): Members => part(token, 1);

/** The header of a token. */
export const headerOfToken = (token: unknown): Members => part(token, 0);

const part = (token: unknown, index: number): Members =>
  members(
    JSON.parse(Buffer.from(String(token).split('.')[index] ?? '', 'base64url').toString('utf8')),
  );

const members = (value: unknown): Members =>
  typeof value === 'object' && value !== null ? { ...value } : { value };

/** What stands at a path of a JSON value; undefined where there is nothing. */
export function at(value: unknown, ...path: readonly (string | number)[]): unknown {
  let found = value;
  for (const step of path) {
    found = typeof found === 'object' && found !== null ? Reflect.get(found, step) : undefined;
  }
  return found;
}

/** Members of one name of every item of `value`. */
export const column = (body: Members, name: string): readonly unknown[] =>
  Array.isArray(body['value']) ? body['value'].map((item: unknown) => at(item, name)) : [];

/** A PKCE verifier and its S256 challenge. */
export function pkce(): { readonly verifier: string; readonly challenge: string } {
  const verifier = randomBytes(32).toString('base64url');
  return { verifier, challenge: createHash('sha256').update(verifier).digest('base64url') };
}

/** The numbers of an error body. */
export const codesOf = ({ status, body }: Json): readonly unknown[] => [
  status,
  body['error'],
  at(body, 'error_codes', 0),
];

import dns from 'node:dns';
import type { IncomingMessage, ServerResponse } from 'node:http';

import type { ExecutionContext } from 'ava';

import type { FetchAnswer, FetchCall, HostAnswer } from '../../sandbox/contract.ts';
import type { GrantConfig, SecretGrant } from '../../src/config/config.ts';
import { Secret } from '../../src/config/secret.ts';
import { Broker, type BrokerContext } from '../../src/extensions/broker/broker.ts';
import { mintHandles } from '../../src/extensions/broker/handles.ts';
import { Throttle } from '../../src/extensions/broker/throttle.ts';
import { effectiveGrant } from '../../src/extensions/grant.ts';
import { DEFAULT_LIMITS, DEFAULT_RATE, type Limits } from '../../src/extensions/limits.ts';
import { Net } from '../../src/net/net.ts';
import { openInMemory } from '../../src/store/sqlite.ts';
import { GRAPH, grantOf, manifestOf } from './extensions.ts';
import { serveHttps } from './tls-loopback.ts';

/** The token that stands behind the handle for Graph. */
export const GRAPH_TOKEN = 'eyJ0eXAiOiJKV1QifQ.graph/token+value=of~jane.0123456789';

/** A request as a service got it. */
export interface Got {
  /** `api.test`; `graph` for Graph. */
  readonly host: string;
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

type Answer = (request: Got, response: ServerResponse) => void;

/** Services behind real sockets, at names that lead to this machine, and the way that brokers take to them. */
export interface Services {
  readonly got: readonly Got[];
  /** The origin of a service that the test names, as in `https://api-1.test:PORT` for `api.test`. */
  origin(name: string): string;
  /** Says what a service answers. Default: 200 with what it was asked, as JSON. */
  on(name: string, answer: Answer): void;
  /** Where a name leads: each list is the answer to one look-up, the last one to all later ones. */
  resolve(name: string, ...answers: readonly (readonly string[])[]): void;
  /** How often a name was looked up. */
  lookups(name: string): number;
  readonly clients: BrokerContext['clients'];
}

/** Starts services that end with the test. Names that end in `.test` are not looked up, but in a table of the test. */
export async function startServices(t: ExecutionContext): Promise<Services> {
  const got: Got[] = [];
  const answers = new Map<string, Answer>();
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const one = await receive(request);
    got.push(one);
    (answers.get(one.host) ?? echo)(one, response);
  };
  const server = await serveHttps(['*.services.test', 'localhost'], (request, response) => {
    void answer(request, response);
  });
  t.teardown(() => server[Symbol.asyncDispose]());
  const net = new Net();
  t.teardown(() => net[Symbol.asyncDispose]());
  const route = { proxy: { kind: 'direct' }, ca: [server.ca] } as const;
  const map = { [GRAPH]: `https://localhost:${server.port}` };
  const number = ++worlds;
  const own = (name: string): string => name.replace('.test', `-${number}.services.test`);
  return {
    got,
    resolve: (name, ...addresses) => void table.set(own(name), [...addresses]),
    lookups: (name) => lookups.get(own(name)) ?? 0,
    origin: (name) => `https://${own(name)}:${server.port}`,
    on: (name, given) => void answers.set(name, given),
    clients: {
      public: net.client({ ...route, addresses: 'public' }, map),
      any: net.client({ ...route, addresses: 'any' }, map),
    },
  };
}

async function receive(request: IncomingMessage): Promise<Got> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const { method = '', url = '', headers } = request;
  const name = (headers.host ?? '').replace(/-\d+\.services/, '').replace(/:\d+$/, '');
  const host = name === 'localhost' ? 'graph' : name;
  return { host, method, url, headers, body: Buffer.concat(chunks).toString() };
}

function echo(request: Got, response: ServerResponse): void {
  response.setHeader('content-type', 'application/json').end(JSON.stringify(request));
}

/** Answers to look-ups of names that end in `.test`, by name; loopback where nothing is said. */
const table = new Map<string, (readonly string[])[]>();
const lookups = new Map<string, number>();
const { lookup } = dns.promises;

async function answerLookup(host: string): Promise<dns.LookupAddress[]> {
  lookups.set(host, (lookups.get(host) ?? 0) + 1);
  const answers = table.get(host) ?? [['127.0.0.1']];
  const addresses = (answers.length > 1 ? answers.shift() : answers[0]) ?? [];
  return addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
}

dns.promises.lookup = Object.assign(
  (host: string, ...rest: never[]) =>
    host.endsWith('.test')
      ? answerLookup(host)
      : Reflect.apply(lookup, dns.promises, [host, ...rest]),
  lookup,
);

/** Tests run side by side in one process: each has names of its own. */
let worlds = 0;

/** What a test gives an extension; both sides ask for the same. */
export interface Given {
  /** Patterns at Graph; the token is given with them. */
  readonly graph?: readonly string[];
  readonly expose?: 'raw' | 'handle';
  readonly fetch?: GrantConfig['fetch'];
  readonly secrets?: {
    readonly [name: string]: { readonly value: string; readonly in: SecretGrant['in'] };
  };
  readonly limits?: Partial<Limits>;
  readonly context?: Partial<BrokerContext>;
}

/** The broker of one invocation, with what an extension would be told of tokens and secrets. */
export interface Bed {
  readonly broker: Broker;
  /** The stand-in for Graph's token. */
  readonly token: string;
  /** Stand-ins of secrets by name. */
  readonly secrets: { readonly [name: string]: string };
  /** Asks as the isolate does, over JSON. */
  readonly ask: (op: string, argument: unknown) => Promise<HostAnswer>;
  /** Sends a request; answers what the extension is told. */
  readonly fetch: (url: string, over?: Partial<FetchCall>) => Promise<Told>;
}

/** An answer, its body as text; or the code and the sentence of a refusal. */
export interface Told {
  readonly code?: string;
  readonly message?: string;
  readonly status?: number;
  readonly url?: string;
  readonly redirected?: boolean;
  readonly headers: { readonly [name: string]: string };
  readonly body: string;
}

/** Makes a broker as the gateway does for one invocation. */
export async function startBroker(
  t: ExecutionContext,
  services: Pick<Services, 'clients'>,
  given: Given = {},
): Promise<Bed> {
  const { graph, expose = 'handle', fetch: destinations = [], secrets = {} } = given;
  const tokens = graph
    ? [{ resource: GRAPH, origins: [GRAPH], allow: graph, expose, scopes: [], required: true }]
    : [];
  const grant = effectiveGrant(
    manifestOf({
      tokens,
      fetch: destinations.map((one) => ({ ...one, required: false })),
      secrets: Object.keys(secrets),
    }),
    grantOf({
      tokens,
      fetch: destinations,
      secrets: Object.fromEntries(
        Object.entries(secrets).map(([name, one]) => [
          name,
          { value: new Secret(one.value), in: one.in },
        ]),
      ),
    }),
  );
  const handles = await mintHandles(grant, {
    token: async () => ({ token: new Secret(GRAPH_TOKEN) }),
  });
  const clock = given.context?.clock ?? Date.now;
  const store = openInMemory(clock);
  t.teardown(() => store[Symbol.asyncDispose]());
  const broker = new Broker({
    extension: 'tested',
    grant,
    provides: [],
    handles,
    clients: services.clients,
    throttle: new Throttle(clock, DEFAULT_RATE),
    limits: { ...DEFAULT_LIMITS, ...PATIENT, ...given.limits },
    ownOrigin: 'https://files.test',
    shadow: false,
    clock,
    store,
    broken: (error) => t.fail(`the gateway broke: ${String(error)}`),
    ...given.context,
  });
  const ask = async (op: string, argument: unknown): Promise<HostAnswer> =>
    JSON.parse(await broker.call(op, JSON.stringify(argument)));
  return {
    broker,
    ask,
    token: handles.tokens[0]?.text ?? '',
    secrets: Object.fromEntries(handles.secrets.map(({ name, text }) => [name, text])),
    fetch: async (url, over = {}) => tell(await ask('fetch', { ...PLAIN, url, ...over })),
  };
}

/** A busy machine takes its time; what is not about time must not fail by it. */
const PATIENT = { requestMs: 60_000 };

const PLAIN = { method: 'GET', headers: [], body: null, redirect: 'follow' } as const;

function tell(answer: HostAnswer): Told {
  if (!answer.ok) return { ...answer.error, headers: {}, body: '' };
  const { headers, body, isText, ...rest } = answer.value as unknown as FetchAnswer;
  return {
    ...rest,
    headers: Object.fromEntries(headers),
    body: isText ? body : Buffer.from(body, 'base64').toString(),
  };
}

/** A body as it crosses. */
export function bodyOf(text: string): string {
  return Buffer.from(text).toString('base64');
}

/** Header of a request that uses a token. */
export function bearer(token: string): readonly (readonly [string, string])[] {
  return [['authorization', `Bearer ${token}`]];
}

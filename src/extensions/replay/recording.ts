import { randomUUID } from 'node:crypto';

import type { HostAnswer, Json, JsonObject } from '../../../sandbox/contract.ts';
import { MASK, maskTexts } from '../../config/masking.ts';
import { type Secret, secretsThatMayStandIn } from '../../config/secret.ts';
import { type ErrorCode, isEntradaError } from '../../errors.ts';
import type { HttpClient, HttpRequest, HttpResponse } from '../../net/http.ts';
import { NetError } from '../../net/net-error.ts';
import {
  hideShort,
  type HookRun,
  type Invoked,
  type Known,
  type RecordedRun,
  type Recorder,
} from '../invoke.ts';
import type { TokenSource } from '../broker/handles.ts';
import type { BuiltExtension } from '../load.ts';
import { newSeed } from '../seed.ts';
import type { Fixture, FixtureAnswer, FixtureHook } from './fixture.ts';
import { HeardSessions } from './fixture-sessions.ts';
import { withoutPerson } from './person.ts';
import { withoutValues } from './fixture-grant.ts';
import { outcomeOf } from './run-fixture.ts';
import { Signatures } from './signatures.ts';

/** A recorded invocation, and what it is of. */
export interface Recorded {
  readonly extension: string;
  readonly hook: string;
  /** Id of the sign-in, or of whatever else it was about. */
  readonly signIn: string;
  readonly fixture: Fixture;
}

/**
 * Makes a fixture of each invocation: what the hook was told, what it had kept, what answered it, and what came of it. No
 * token, secret or secret URL is in one, and the person has another name, consistently.
 *
 * @param keep Takes each when its invocation has ended.
 */
export function createRecorder(keep: (recorded: Recorded) => void): Recorder {
  return { begin: (extension, run, now) => new Recording(extension, run, now, keep) };
}

class Recording implements RecordedRun {
  readonly hookRun: HookRun;
  readonly #extension: BuiltExtension;
  readonly #now: number;
  readonly #keep: (recorded: Recorded) => void;
  readonly #http = new Map<string, FixtureAnswer[]>();
  readonly #kv = new KeptBefore();
  readonly #signatures = new Signatures();
  readonly #known: Known = { seed: newSeed(), invocation: randomUUID() };
  readonly #tokens: { [resource: string]: ErrorCode | 'none' } = {};
  readonly #sessions = new HeardSessions();

  constructor(
    extension: BuiltExtension,
    hookRun: HookRun,
    now: number,
    keep: (recorded: Recorded) => void,
  ) {
    this.#extension = extension;
    this.#now = now;
    this.#keep = keep;
    const { clients, tokens } = hookRun;
    this.hookRun = {
      ...hookRun,
      known: this.#known,
      tokens: this.#asked(tokens),
      clients: { public: this.#heard(clients.public), any: this.#heard(clients.any) },
      heard: (op, argument, answer) => {
        this.#kv.hear(op, argument, answer);
        this.#signatures.hear(op, argument, answer);
        this.#sessions.hear(op, argument, answer);
      },
    };
  }

  end(invoked: Invoked): void {
    const { hook } = this.hookRun;
    if (!isFixtureHook(hook)) return;
    const { extension, signIn } = { extension: this.#extension, signIn: this.hookRun.signIn };
    this.#keep({ extension: extension.name, hook, signIn, fixture: this.#fixture(hook, invoked) });
  }

  #fixture(hook: FixtureHook, invoked: Invoked): Fixture {
    const { confidential = [] } = this.hookRun;
    const whole = { ...this.#whole(hook, invoked), signed: this.#signatures.calls };
    const living = secretsThatMayStandIn(JSON.stringify(whole));
    const masked = hideShortTexts(maskTexts(whole, [...living, ...confidential]), confidential);
    const http = hideRoutes(comparable(masked.http), confidential);
    return this.#signatures.madeUp(
      withoutPerson(this.#signatures.marked({ ...masked, http })),
      this.#now,
    );
  }

  /** With all that must not be in a fixture. */
  #whole(hook: FixtureHook, invoked: Invoked): Fixture {
    const { name } = this.hookRun;
    const { name: extension, manifest, integrity, config, limits } = this.#extension;
    const { wallMs, cpuMs, memoryMb } = limits;
    const event = this.#event();
    const at = new Date(this.#now).toISOString();
    return {
      hook,
      ...(name === undefined ? {} : { name }),
      event: withoutPassword(event),
      at,
      seed: this.#known.seed,
      config: config.config,
      grant: withoutValues(config.grant),
      tokens: this.#tokens,
      limits: { wallMs, cpuMs, memoryMb },
      mode: config.mode === 'shadow' ? 'shadow' : 'enforce',
      secrets: {},
      kv: this.#kv.values,
      http: Object.fromEntries(this.#http),
      ...this.#sessions.counts,
      expect: expected(outcomeOf(invoked, hook, event).outcome),
      recorded: { extension, version: manifest.version, integrity, at },
    };
  }

  /** What the hook was told, with what every run adds. */
  #event(): JsonObject {
    const { told, attempt, idempotencyKey } = this.hookRun;
    const { invocation } = this.#known;
    const deadline = this.#now + this.#extension.limits.wallMs;
    return JSON.parse(JSON.stringify({ ...told, invocation, attempt, idempotencyKey, deadline }));
  }

  /** A token that there was none of is missed again. */
  #asked(source: TokenSource): TokenSource {
    return {
      refused: (resource) => source.refused?.(resource),
      token: async (resource) => {
        try {
          const found = await source.token(resource);
          if (!found) this.#tokens[resource] = 'none';
          return found;
        } catch (error) {
          this.#tokens[resource] = isEntradaError(error) ? error.code : 'SERVER_INTERNAL';
          throw error;
        }
      },
    };
  }

  #heard(client: HttpClient): HttpClient {
    return async (request) => {
      const note = this.#noteOf(request);
      try {
        const response = await client(request);
        note(answerOf(response));
        return response;
      } catch (error) {
        // Ended from here, it has no answer: nobody waited for one any more.
        const ended = request.signal?.aborted === true;
        if (!ended && error instanceof NetError) note({ error: error.code });
        else if (!ended && isEntradaError(error)) note({ error: 'NET_UNREACHABLE' });
        throw error;
      }
    };
  }

  /** Answers of a route are in the order of their requests, whichever of them comes first. */
  #noteOf(request: HttpRequest): (answer: FixtureAnswer) => void {
    const route = `${request.method} ${this.#addressOf(request.url)}`;
    const answers = this.#http.get(route) ?? [];
    this.#http.set(route, answers);
    const { body: sent = '' } = request;
    const asked = sent.length === 0 ? {} : { sent: Buffer.from(sent).toString() };
    const place = answers.push({ ...asked, hangs: true }) - 1;
    return (answer) => void (answers[place] = { ...answer, ...asked });
  }

  /** A destination that the operator keeps secret goes by its name. */
  #addressOf(url: string): string {
    const { named } = this.#extension.grant;
    const found = named.find((one) => new URL(one.url.reveal()).href === url);
    return found ? `entrada:${found.name}` : url;
  }
}

const HOOKS: ReadonlySet<string> = new Set([
  'authenticate',
  'decide',
  'enrich',
  'event',
  'schedule',
] satisfies FixtureHook[]);

function isFixtureHook(hook: string): hook is FixtureHook {
  return HOOKS.has(hook);
}

/** What somebody typed is nowhere: too short a password would not be found and masked. */
function withoutPassword(told: JsonObject): JsonObject {
  return 'password' in told ? { ...told, password: 'made-up-password' } : told;
}

/** The sentence of a failure can name what differs each time; its kind and code cannot. */
function expected(outcome: JsonObject): JsonObject {
  const { failure } = outcome;
  if (typeof failure !== 'object' || failure === null || !('kind' in failure)) return outcome;
  return { failure: { kind: failure.kind, code: failure.code ?? null } };
}

/** Headers that change what an extension, or the broker, makes of an answer. */
const TOLD: ReadonlySet<string> = new Set([
  'content-type',
  'etag',
  'link',
  'location',
  'retry-after',
  'www-authenticate',
]);

function answerOf(response: HttpResponse): FixtureAnswer {
  const headers = response.headers.filter(([name]) => TOLD.has(name));
  return {
    status: response.status,
    ...(headers.length === 0 ? {} : { headers: Object.fromEntries(headers) }),
    ...bodyOf(response.body),
  };
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** As text, where it is that: people read fixtures, and what must not be in them is found. */
function bodyOf(body: Uint8Array): FixtureAnswer {
  if (body.length === 0) return {};
  try {
    return { text: utf8.decode(body) };
  } catch {
    return { base64: Buffer.from(body).toString('base64') };
  }
}

/** An address with something in it that is too short to be found by its forms tells nothing but its origin. */
function hideRoutes(http: Fixture['http'], confidential: readonly Secret[]): Fixture['http'] {
  return Object.fromEntries(
    Object.entries(http).map(([route, answers]) => {
      const [method = '', url = ''] = route.split(' ', 2);
      const origin = URL.parse(url)?.origin ?? '';
      const rest = url.slice(origin.length);
      const hidden = hideShort(rest, confidential) !== rest;
      return [hidden ? `${method} ${origin}/${MASK}` : route, answers];
    }),
  );
}

/** Every text with something in it that is too short to be found by its forms goes as a whole. */
function hideShortTexts<Told extends Fixture>(
  fixture: Told,
  confidential: readonly Secret[],
): Told {
  if (confidential.length === 0) return fixture;
  return JSON.parse(JSON.stringify(fixture), (_, part: unknown) =>
    typeof part === 'string' ? hideShort(part, confidential) : part,
  );
}

/** A body with a secret in it cannot be the same again: the secret is another one. */
function comparable(http: Fixture['http']): Fixture['http'] {
  return Object.fromEntries(
    Object.entries(http).map(([route, answers]) => [
      route,
      [answers].flat().map(({ sent, ...answer }) => ({
        ...answer,
        ...(sent === undefined || sent.includes(MASK) ? {} : { sent }),
      })),
    ]),
  );
}

/** What an extension had kept before an invocation, by what it found during it. */
class KeptBefore {
  readonly #found = new Map<string, Json>();
  /** Written meanwhile: what is found there says nothing of before. */
  readonly #written = new Set<string>();

  hear(op: string, argument: string, answer: string): void {
    if (!op.startsWith('kv.')) return;
    const told: HostAnswer = JSON.parse(answer);
    if (told.ok) this.#learn(op, JSON.parse(argument), told.value);
  }

  get values(): JsonObject {
    return Object.fromEntries(this.#found);
  }

  #learn(op: string, { key, expected: before }: KvArgument, value: Json): void {
    if (op === 'kv.list' && Array.isArray(value))
      for (const name of value) this.#add(String(name), null);
    if (key === undefined) return;
    if (op === 'kv.get' && Array.isArray(value) && value.length > 0) this.#add(key, value[0]);
    if (op === 'kv.compareAndSet') this.#add(key, value === true ? before : 'another value');
    if (op !== 'kv.get') this.#written.add(key);
  }

  /** A list knows names alone: a value that is read later takes the place of none. */
  #add(key: string, value: Json | undefined): void {
    if (value === undefined || this.#written.has(key)) return;
    if (!this.#found.has(key) || this.#found.get(key) === null) this.#found.set(key, value);
  }
}

interface KvArgument {
  readonly key?: string;
  readonly expected?: Json;
}

import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';

import type {
  Call,
  FetchAnswer,
  FetchCall,
  HostAnswer,
  JsonObject,
  Outcome,
} from '../../../sandbox/contract.ts';
import type { Job, JobResult } from '../job.ts';
import { DEFAULT_LIMITS, type Limits } from '../limits.ts';
import { RunnerPool } from '../pool.ts';
import type { Attack, Ending } from './attack.ts';
import { FINGERPRINT } from './fingerprint.ts';

/** A text that only the gateway and one other extension know. */
const PLANTED = 'planted-6f1d0c2e9b7a4835';

const NEIGHBOUR = 'neighbour@doctor';

/** What the attacker holds: tokens are stand-ins, as for every extension. */
const TOKENS = { 'https://api.example.com': 'entrada-token-of-the-doctor' } as const;

export interface LaboratoryOptions {
  /** The platform's script. */
  readonly platform: string;
  /** Default 1: whoever is attacked is in the same process. */
  readonly runners?: number;
  readonly jitless?: boolean;
}

/** How an attack went. */
export interface Attempt extends JobResult {
  readonly lines: readonly string[];
  /** What the host was asked, as `op argument`. */
  readonly asked: readonly string[];
  readonly ms: number;
}

/** A pool of runners with an innocent extension in it, and attackers beside that. */
export class Laboratory implements AsyncDisposable {
  readonly pool: RunnerPool;
  /** What became of runners. */
  readonly events: string[] = [];
  readonly #loaded = new Set<string>();
  #fingerprint: Outcome | undefined;

  private constructor(options: LaboratoryOptions) {
    const { runners = 1 } = options;
    this.pool = new RunnerPool({
      ...options,
      runners,
      caches: null,
      report: (event, detail) => void this.events.push(`${event} ${detail}`),
    });
  }

  /** @throws {EntradaError} `EXTENSION_RUNNER_LOST` when no runner starts. */
  static async open(options: LaboratoryOptions): Promise<Laboratory> {
    const laboratory = new Laboratory(options);
    await laboratory.pool.start();
    await laboratory.load(NEIGHBOUR, FINGERPRINT);
    laboratory.#fingerprint = await laboratory.#askNeighbour();
    return laboratory;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.pool[Symbol.asyncDispose]();
  }

  /** Loads an extension whose `decide` has this body; once. */
  async load(extension: string, program: string): Promise<void> {
    if (this.#loaded.has(extension)) return;
    this.#loaded.add(extension);
    const source = `(function () {"use strict";return { async decide(signIn, ctx) {\n${program}\n} };})`;
    await this.pool.load({ type: 'load', extension, source, memoryMb: DEFAULT_LIMITS.memoryMb });
  }

  /** Lets an attacker try. */
  async attempt({ name, program, limits = {} }: Omit<Attack, 'ends'>): Promise<Attempt> {
    const extension = `${name}-${this.#loaded.size}@doctor`;
    await this.load(extension, program);
    const lines: string[] = [];
    const asked: string[] = [];
    const before = performance.now();
    const result = await this.run(extension, {
      limits,
      log: (_level, text) => void lines.push(text),
      answer: async (op, argument) => {
        asked.push(`${op} ${argument}`);
        return answerTo(op, argument);
      },
    });
    this.pool.unload(extension);
    return { ...result, lines, asked, ms: performance.now() - before };
  }

  /** Runs the `decide` of what was loaded. */
  run(
    extension: string,
    given: Partial<Omit<Job, 'limits'>> & {
      readonly limits?: Partial<Limits>;
      readonly config?: JsonObject;
    } = {},
  ): Promise<JobResult> {
    const { limits: own = {}, config = {}, ...parts } = given;
    const limits = { ...DEFAULT_LIMITS, ...own };
    return this.pool.run({
      extension,
      source: null,
      measure: false,
      call: JSON.stringify(callOf(limits, config)),
      limits,
      log: () => undefined,
      answer: async (op, argument) => answerTo(op, argument),
      repeatable: () => true,
      ...parts,
    });
  }

  /** Says what an attack changed for somebody else; undefined when nothing did. */
  async damage(): Promise<string | undefined> {
    const now = await this.#askNeighbour();
    if (isDeepStrictEqual(now, this.#fingerprint)) return undefined;
    return `another extension finds its world changed: ${JSON.stringify(now).slice(0, 300)}`;
  }

  async #askNeighbour(): Promise<Outcome> {
    const { outcome } = await this.run(NEIGHBOUR, { config: { secret: PLANTED } });
    return outcome;
  }
}

function callOf(limits: Limits, config: JsonObject): Call {
  const deadline = Date.now() + limits.wallMs;
  return {
    hook: 'decide',
    event: {
      id: 'doctor',
      invocation: 'doctor',
      attempt: 1,
      idempotencyKey: 'doctor',
      deadline,
      principal: { username: 'jane', groups: [{ id: 'staff', name: 'Staff' }], claims: {} },
      shared: {},
    },
    config,
    tokens: TOKENS,
    secrets: { key: 'entrada-secret-of-the-doctor' },
    deadline,
    resultLength: limits.resultLength,
    messageLength: limits.messageLength,
  };
}

/** The host echoes requests, takes what is shared, and refuses everything else. */
function answerTo(op: string, argument: string): string {
  const answers: { readonly [op: string]: () => HostAnswer } = {
    fetch: () => ({ ok: true, value: { ...echo(JSON.parse(argument)) } }),
    share: () => ({ ok: true, value: null }),
  };
  const answer = Object.hasOwn(answers, op) ? answers[op]?.() : undefined;
  return JSON.stringify(answer ?? REFUSED);
}

const REFUSED: HostAnswer = {
  ok: false,
  error: { code: 'OPERATION_REFUSED', message: 'the doctor does not do this' },
};

function echo(call: FetchCall): FetchAnswer {
  return {
    url: call.url,
    redirected: false,
    status: 200,
    statusText: 'OK',
    headers: [['content-type', 'application/json']],
    body: JSON.stringify(call),
    isText: true,
  };
}

/** Says how an attack ended otherwise than it may; undefined when it did not. */
export function misjudged(
  { value, fails = [] }: Ending,
  { outcome }: JobResult,
): string | undefined {
  if (outcome.ok) {
    const same = value !== undefined && isDeepStrictEqual(JSON.parse(outcome.result), value);
    return same ? undefined : `it got ${outcome.result.slice(0, 500)}`;
  }
  const { kind, code, message } = outcome.failure;
  const same = fails.some((one) => one[0] === kind && one[1] === code);
  return same ? undefined : `it failed with ${kind} ${code}: ${message.slice(0, 500)}`;
}

/** Says what of the host is in what an extension sees, says or leaves behind; undefined when nothing is. */
export function leak({ outcome, lines, asked }: Attempt): string | undefined {
  const told = [JSON.stringify(outcome), ...lines].join('\n');
  const found =
    HOSTLY.find((text) => told.includes(text)) ??
    SECRET.find((text) => asked.join('\n').includes(text));
  return found === undefined ? undefined : `${found} is in what it leaves behind`;
}

const PACKAGE = fileURLToPath(new URL('../../..', import.meta.url));

const SECRET = [PLANTED, PACKAGE] as const;

const HOSTLY = [...SECRET, 'file://', 'node:internal', 'isolated_vm.node'] as const;

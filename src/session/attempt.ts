import { randomUUID } from 'node:crypto';

import type { Principal, TokenMetadata } from '../../sandbox/contract.ts';
import type { InteractiveMethod } from '../authentication/method.ts';
import type { VerdictRecord } from '../authentication/verdict.ts';
import type { Clock } from '../clock.ts';
import type { ServiceConfig } from '../config/config.ts';
import type { Remark } from '../entra/remark.ts';
import type { InvocationRecord } from '../extensions/record.ts';
import type { GroupMatch } from '../principal/groups.ts';
import type { SignInRecord, StepName } from './record.ts';
import type { SignInAnswer } from './sign-in.ts';

/** How an attempt ended, for its record. */
export type Ending = Pick<
  SignInRecord,
  'outcome' | 'code' | 'denial' | 'message' | 'reason' | 'actor' | 'next' | 'aadsts'
>;

/** The parts of a record that become known on the way. */
type Knowledge = {
  -readonly [Key in 'principal' | 'groups' | 'correlationId']: SignInRecord[Key];
};

/**
 * One sign-in from the tenant's answer on, while it happens: what is known of it, and how long each step took. It becomes
 * the record that is kept.
 */
export class Attempt {
  readonly id: string = randomUUID();
  readonly #clock: Clock;
  readonly #answer: Pick<SignInAnswer, 'address' | 'userAgent'>;
  #method: Pick<InteractiveMethod, 'id' | 'type' | 'name'>;
  readonly #startedAt: number;
  readonly #verdicts: VerdictRecord[] = [];
  readonly #extensions: InvocationRecord[] = [];
  readonly #remarks: Remark[] = [];
  readonly #steps: { name: StepName; durationMs: number }[] = [];
  readonly #known: Knowledge = { principal: null, groups: null, correlationId: null };
  #tokens: readonly TokenMetadata[] = [];
  #claimNames: readonly string[] = [];
  #service: ServiceConfig | null = null;
  #path = '/';

  constructor(
    clock: Clock,
    answer: Pick<SignInAnswer, 'address' | 'userAgent'>,
    method: Pick<InteractiveMethod, 'id' | 'type' | 'name'>,
  ) {
    this.#clock = clock;
    this.#answer = answer;
    this.#method = method;
    this.#startedAt = clock();
  }

  get method(): Pick<InteractiveMethod, 'id' | 'type' | 'name'> {
    return this.#method;
  }

  get service(): ServiceConfig | null {
    return this.#service;
  }

  get path(): string {
    return this.#path;
  }

  get correlationId(): string | null {
    return this.#known.correlationId;
  }

  /** The answer belongs to this sign-in: only now may anything be told of it. */
  belongsTo(service: ServiceConfig | null, path: string): void {
    this.#service = service;
    this.#path = path;
  }

  /** Another method of the chain is asked. */
  turnedTo(method: Pick<InteractiveMethod, 'id' | 'type' | 'name'>): void {
    this.#method = method;
  }

  judged(verdict: Pick<VerdictRecord, 'verdict' | 'code' | 'message'>, durationMs: number): void {
    const { id, type } = this.#method;
    this.#verdicts.push({ method: id, type, ...verdict, durationMs });
  }

  correlated(correlationId: string | null): void {
    this.#known.correlationId = correlationId;
  }

  recognised(principal: Principal, groups: GroupMatch): void {
    this.#known.principal = principal;
    this.#known.groups = groups;
    this.#claimNames = Object.keys(principal.claims);
    this.remark(...groups.ambiguous.map(namesake));
  }

  remark(...remarks: readonly Remark[]): void {
    this.#remarks.push(...remarks);
  }

  /** The principal as extensions left it. */
  enriched(principal: Principal): void {
    this.#known.principal = principal;
  }

  holds(tokens: readonly TokenMetadata[]): void {
    this.#tokens = tokens;
  }

  ran(invocations: readonly InvocationRecord[]): void {
    this.#extensions.push(...invocations);
  }

  took(name: StepName, durationMs: number): void {
    this.#steps.push({ name, durationMs: Math.round(durationMs * 10) / 10 });
  }

  /** Runs a step and notes its time, however it ends. */
  async step<Value>(name: StepName, work: () => Promise<Value>): Promise<Value> {
    const before = performance.now();
    try {
      return await work();
    } finally {
      this.took(name, performance.now() - before);
    }
  }

  record(ending: Ending): SignInRecord {
    const { address, userAgent } = this.#answer;
    return {
      id: this.id,
      startedAt: this.#startedAt,
      endedAt: this.#clock(),
      service: { type: this.#service?.type ?? '', path: this.#service?.path ?? '' },
      method: { id: this.#method.id, type: this.#method.type, name: this.#method.name },
      request: { address, userAgent, path: this.#path },
      ...ending,
      ...this.#known,
      claimNames: this.#claimNames,
      remarks: this.#remarks,
      verdicts: this.#verdicts,
      tokens: this.#tokens,
      extensions: this.#extensions,
      steps: this.#steps,
    };
  }
}

const namesake = (name: string): Remark => ({
  code: 'GROUP_NAME_TWICE',
  detail: `More than one group of Entra is named ${JSON.stringify(name)}: match_groups_by: id tells them apart.`,
});

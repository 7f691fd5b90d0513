import type { EndSessionsCall, SessionsOf } from '../../sandbox/contract.ts';
import type { Clock } from '../clock.ts';
import type { AuthenticationConfig } from '../config/config.ts';
import { readGuid } from '../entra/guid.ts';
import { Buckets, type Rate } from '../extensions/broker/buckets.ts';
import type { SessionDesk } from '../extensions/broker/sessions.ts';
import { isAmong } from '../extensions/when.ts';
import type { Log } from '../log.ts';
import { tenantOf } from '../principal/principal.ts';
import type { Reach, Sessions } from './sessions.ts';

/** Sessions that one extension may end: a mistake of its author does not sign everybody out at once. */
export const END_RATE: Rate = { perSecond: 100 / 3_600, burst: 100 };

/** An extension, as far as its reach goes. */
export interface Reaching {
  readonly name: string;
  readonly config: { readonly appliesTo: readonly string[] };
}

/** What the end of sessions by extensions needs. */
export interface ExtensionSessionsDeps {
  readonly sessions: Pick<Sessions, 'countWithin' | 'endWithin'>;
  readonly methods: readonly (Pick<AuthenticationConfig, 'id'> & { readonly tid: string })[];
  readonly clock: Clock;
  readonly log: Pick<Log, 'warn'>;
}

/** Methods with the tenants of their people. */
export const withTenants = (
  methods: readonly AuthenticationConfig[],
): ExtensionSessionsDeps['methods'] =>
  methods.map((method) => ({ id: method.id, tid: tenantOf(method) }));

/** Ends sessions for extensions: each within its reach and its allowance, with a line of the log. */
export class ExtensionSessions {
  readonly #deps: ExtensionSessionsDeps;
  /** By name of the extension. */
  readonly #allowances: Buckets;

  constructor(deps: ExtensionSessionsDeps) {
    this.#deps = deps;
    this.#allowances = new Buckets(deps.clock, END_RATE);
  }

  /** What one extension may do. */
  of(extension: Reaching): SessionDesk {
    return {
      count: (of) => this.#count(this.#reaches(extension, of)),
      end: (call) => this.#end(extension, call),
    };
  }

  async #end(extension: Reaching, call: EndSessionsCall): Promise<number | undefined> {
    const reaches = this.#reaches(extension, call);
    const allowance = this.#allowances.of(extension.name);
    const found = await this.#count(reaches);
    if (found > allowance.tokens) return undefined;
    allowance.tokens -= found;
    const by = { extension: extension.name, code: call.code };
    const { sessions } = this.#deps;
    const counts = await Promise.all(reaches.map((reach) => sessions.endWithin(reach, by)));
    const ended = sum(counts);
    if (ended > 0) this.#tell(call, extension.name, ended);
    return ended;
  }

  #tell({ oid, code }: EndSessionsCall, extension: string, count: number): void {
    const fields = { event: 'sessions_ended', extension, code, oid, count };
    this.#deps.log.warn(fields, 'an extension ended sessions');
  }

  async #count(reaches: readonly Reach[]): Promise<number> {
    const { sessions } = this.#deps;
    return sum(await Promise.all(reaches.map((reach) => sessions.countWithin(reach))));
  }

  /** One for each tenant of the methods that the extension applies to. */
  #reaches({ config }: Reaching, { oid, tid, signIn }: SessionsOf): readonly Reach[] {
    const methods = this.#deps.methods.filter(({ id }) => isAmong(id, config.appliesTo));
    const tids = new Set(methods.map((method) => method.tid));
    return [...tids]
      .filter((one) => tid === undefined || one === fold(tid))
      .map((one) => ({
        tid: one,
        oid: fold(oid),
        methods: methods.filter((method) => method.tid === one).map(({ id }) => id),
        signIn: signIn ?? null,
      }));
  }
}

/** APIs write GUIDs in either case; sessions have them in one. */
const fold = (id: string): string => readGuid(id) ?? id;

const sum = (counts: readonly number[]): number =>
  counts.reduce((total, count) => total + count, 0);

import type { EntraIdConfig } from '../../config/config.ts';
import type { ErrorCode } from '../../errors.ts';
import type { RemarkCode } from '../../entra/remark.ts';
import type { Plan } from '../../entra/flow.ts';
import { wantsConsent } from '../../session/ending.ts';
import type { SignInRecord } from '../../session/record.ts';
import { change, type FindingName, type Line, ok, unknown } from './finding.ts';
import { inPortal } from './portal.ts';

/** Codes that are about what Graph shows of groups. */
const GROUP_CODES: ReadonlySet<ErrorCode> = new Set([
  'ENTRA_GROUPS_SCOPE',
  'ENTRA_GROUPS_UNNAMED',
  'ENTRA_GRAPH_FORBIDDEN',
]);

/** What a sign-in of a person showed, or that there was none. */
export function signInLines(
  config: EntraIdConfig,
  plan: Plan,
  record: SignInRecord | undefined,
): readonly Line[] {
  const seen = new SeenSignIn(config, record);
  const namesMatter = plan.readsGroups && config.matchGroupsBy === 'name';
  return [
    seen.signIn(),
    seen.redirectUri(),
    ...(plan.requests.length > 0 ? [seen.consent()] : []),
    ...(namesMatter ? [seen.groupNames()] : []),
  ];
}

class SeenSignIn {
  readonly #config: EntraIdConfig;
  readonly #record: SignInRecord | undefined;

  constructor(config: EntraIdConfig, record: SignInRecord | undefined) {
    this.#config = config;
    this.#record = record;
  }

  /** What became of it at Entra; a decision against the person is none of it. */
  signIn(): Line {
    const record = this.#record;
    if (record === undefined) return unknown('sign-in', 'nobody signed in while this waited');
    if (this.#accepted) return ok('sign-in', `${this.#who} signed in at Entra`);
    return this.#change('sign-in', 'authentication');
  }

  redirectUri(): Line {
    return this.#record?.steps.some(({ name }) => name === 'callback')
      ? ok('redirect-uri', 'Entra sent its answer there')
      : unknown('redirect-uri', 'no answer of Entra came back to it');
  }

  consent(): Line {
    const missing = this.#remark('SCOPES_MISSING');
    if (missing !== undefined) return this.#change('consent', 'permissions', missing);
    if (this.#accepted) return ok('consent', 'every permission that is asked for was granted');
    return this.#record && wantsConsent(this.#record)
      ? this.#change('consent', 'permissions')
      : unknown('consent', 'the sign-in did not get so far');
  }

  groupNames(): Line {
    const unread = this.#remark('GROUPS_UNREAD');
    if (unread !== undefined) return this.#change('group-names', 'permissions', unread);
    const { code, groups } = this.#record ?? { code: null, groups: null };
    if (code !== null && GROUP_CODES.has(code)) return this.#change('group-names', 'permissions');
    const shown = (groups?.matched.length ?? 0) + (groups?.ignored.length ?? 0);
    return shown > 0
      ? ok('group-names', 'Graph shows the names of groups')
      : unknown('group-names', 'no security group was read', 'Sign in as somebody who is in one.');
  }

  get #accepted(): boolean {
    return (
      this.#record?.verdicts.some(
        ({ method, verdict }) => method === this.#config.id && verdict === 'accept',
      ) ?? false
    );
  }

  get #who(): string {
    return this.#record?.principal?.username ?? 'somebody';
  }

  #remark(code: RemarkCode): string | undefined {
    return this.#record?.remarks.find((remark) => remark.code === code)?.detail;
  }

  /** What to change, as Entra's error or the remark says it, and where. */
  #change(
    check: FindingName,
    page: 'authentication' | 'permissions',
    says: string = `${this.#record?.code ?? 'refused'}: ${this.#record?.reason ?? this.#record?.message ?? 'no reason is known'}`,
  ): Line {
    const next = this.#record?.next ?? 'Grant the permissions, with admin consent.';
    return change(
      check,
      says,
      `${next} In the portal: ${inPortal(this.#config.applicationId, page)}.`,
    );
  }
}

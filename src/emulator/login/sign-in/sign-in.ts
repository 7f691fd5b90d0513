import type { Reply } from '../../http/reply.ts';
import type { EmulatorRequest } from '../../http/request.ts';
import type { Application } from '../../tenant/application.ts';
import type { Person } from '../../tenant/person.ts';
import type { Tenant } from '../../tenant/tenant.ts';
import type { World } from '../../world.ts';
import type { ClaimsRequest } from '../authorize/claims-parameter.ts';
import type { BrowserSession, SignedInAccount } from '../browser-sessions.ts';
import type { Refusal } from '../refusal.ts';
import type { ScopeRequest } from '../scopes.ts';

/** What a sign-in has to reach, whichever endpoint began it. */
export interface SignInGoal {
  readonly app: Application;
  /** Tenants whose people may sign in: one, or all at `common` and `organizations`. */
  readonly tenants: readonly Tenant[];
  readonly scopes: ScopeRequest;
  readonly prompt: string | undefined;
  readonly loginHint: string | undefined;
  readonly domainHint: string | undefined;
  /** Unit: seconds. */
  readonly maxAge: number | undefined;
  readonly claims: ClaimsRequest;
  /** `admin`: only an administrator's consent for everybody counts. */
  readonly consent: 'person' | 'admin';
  /** Tells whoever asked that it ended without success. */
  readonly refuse: (request: EmulatorRequest, refusal: Refusal) => Reply;
  /** Gives whoever asked what it asked for. */
  readonly finish: (request: EmulatorRequest, result: SignInResult) => Reply | Promise<Reply>;
}

/** Who signed in. */
export interface SignInResult {
  readonly tenant: Tenant;
  readonly person: Person;
  readonly account: SignedInAccount;
}

/** A sign-in under way; pages name it by `ctx`. */
export interface SignIn {
  readonly ctx: string;
  readonly goal: SignInGoal;
  readonly session: BrowserSession;
  /** Where the sign-in is; another one than at the start when somebody of another tenant was picked. */
  tenant: Tenant;
  /** Who was picked. */
  person: Person | null;
  /** Who proved their identity in this sign-in, not only in an earlier one. */
  proved: Person | null;
  /** A page was shown and answered. */
  interacted: boolean;
  /** The consent page was answered in this sign-in. */
  consented: boolean;
}

/** One step: a page or refusal that ends the request, or null when there is nothing left to do in it. */
export type Step = (world: World, request: EmulatorRequest, signIn: SignIn) => Reply | null;

/** True when no page may be shown. */
export const isSilent = ({ goal }: SignIn): boolean => goal.prompt === 'none';

/** The account of the person who was picked, as this browser is signed in with it. */
export const accountOf = (
  world: World,
  { session, tenant, person }: SignIn,
): SignedInAccount | undefined =>
  person === null ? undefined : world.sessions.account(session, tenant, person.oid);

/** Where the forms of a sign-in go. */
export const interactionUrl = ({ tenant }: SignIn, page: string): string => `/${tenant.id}/${page}`;

import type { Reply } from '../../http/reply.ts';
import { accountPickerPage } from '../../pages/account-picker.ts';
import { isGuest, type Person, signInName } from '../../tenant/person.ts';
import type { Tenant } from '../../tenant/tenant.ts';
import { oidOfLoginHint } from '../../tokens/identifiers.ts';
import type { World } from '../../world.ts';
import type { SignedInAccount } from '../browser-sessions.ts';
import { refuse } from '../refusal.ts';
import { accountOf, interactionUrl, isSilent, type SignIn, type Step } from './sign-in.ts';

/** A person, and the tenant whose directory holds them. */
export interface LocatedPerson {
  readonly tenant: Tenant;
  readonly person: Person;
}

/** First step: it is known who signs in, and the identity was proved recently enough. */
export const chooseAccount: Step = (world, request, signIn) => {
  if (signIn.person === null) adoptKnownAccount(world, signIn);
  if (signIn.person !== null && isProved(world, signIn)) return null;
  if (isSilent(signIn)) return signIn.goal.refuse(request, silentRefusal(world, signIn));
  return showPicker(world, signIn);
};

/** Takes an account without asking: the autopilot's, or the one that single sign-on leaves no doubt about. */
function adoptKnownAccount(world: World, signIn: SignIn): void {
  const autopilot = autopiloted(signIn);
  if (autopilot !== undefined) return takeAccount(world, signIn, autopilot);
  if (['login', 'select_account', 'create'].includes(signIn.goal.prompt ?? '')) return undefined;
  const [only, second] = knownAccounts(world, signIn);
  if (only !== undefined && second === undefined) adopt(signIn, only);
  return undefined;
}

function autopiloted({ goal }: SignIn): LocatedPerson | undefined {
  for (const tenant of goal.tenants) {
    const person = tenant.directory.person(tenant.policies.autopilot ?? '');
    if (person !== undefined) return { tenant, person };
  }
  return undefined;
}

/** Signs a person in in this browser; single sign-on is enough where the request allows it. */
function takeAccount(world: World, signIn: SignIn, { tenant, person }: LocatedPerson): void {
  signIn.tenant = tenant;
  signIn.person = person;
  if (!isProved(world, signIn)) prove(world, signIn, person);
}

/** Writes down that the person proved who they are, just now. */
export function prove(world: World, signIn: SignIn, person: Person): void {
  world.sessions.signIn(signIn.session, signIn.tenant, person, ['pwd']);
  signIn.proved = person;
}

function adopt(signIn: SignIn, account: SignedInAccount): void {
  const tenant = signIn.goal.tenants.find(({ id }) => id === account.tenantId);
  if (tenant === undefined) return;
  signIn.tenant = tenant;
  signIn.person = tenant.directory.person(account.oid) ?? null;
}

/** Accounts that this browser is signed in with, of those that the hint means. */
function knownAccounts(world: World, { session, goal }: SignIn): readonly SignedInAccount[] {
  const accounts = goal.tenants.flatMap((tenant) => world.sessions.accountsOf(session, tenant));
  if (goal.loginHint === undefined) return accounts;
  // A hint for somebody who is not here means none of those who are.
  const hinted = hintedPerson(goal.tenants, goal.loginHint);
  return accounts.filter(({ oid }) => oid === hinted?.oid);
}

function hintedPerson(tenants: readonly Tenant[], hint: string): Person | undefined {
  const name = oidOfLoginHint(hint) ?? hint;
  return tenants
    .map(({ directory }) => directory.person(name))
    .find((person) => person !== undefined);
}

/** Signed in, in this sign-in where the request insists, and not too long ago. */
export function isProved(world: World, signIn: SignIn): boolean {
  const account = accountOf(world, signIn);
  const { prompt, maxAge, claims } = signIn.goal;
  // An age of none is a proof now, also within the second of the last one (OpenID Connect Core section 3.1.2.1).
  const anew = prompt === 'login' || maxAge === 0;
  const fresh = signIn.proved === signIn.person;
  if (account === undefined || (anew && !fresh)) return false;
  const provedAt = account.authenticatedAt / 1000;
  const oldest = Math.max(
    world.time.seconds() - (maxAge ?? Infinity),
    claims.notBefore ?? -Infinity,
  );
  // What was proved in this very sign-in is as fresh as can be, whatever the clock says.
  return fresh || provedAt >= oldest;
}

function silentRefusal(world: World, signIn: SignIn): ReturnType<typeof refuse> {
  const several = signIn.person === null && knownAccounts(world, signIn).length > 1;
  const { goal, tenant } = signIn;
  return several
    ? refuse(16000, { words: { tenant: tenant.name, app: goal.app.appId } })
    : refuse(50058);
}

/** The page of accounts; with a hint only that account. */
export function showPicker(world: World, signIn: SignIn, error?: string): Reply {
  const { goal, tenant, session, ctx } = signIn;
  const signedIn = goal.tenants.flatMap((each) => world.sessions.accountsOf(session, each));
  return accountPickerPage({
    tenantName: tenant.name,
    appName: goal.app.displayName,
    action: interactionUrl(signIn, 'login'),
    ctx,
    people: offered(signIn),
    signedIn: new Set(signedIn.map(({ oid }) => oid)),
    error,
  });
}

/** `domain_hint` leads past the account picker to one domain, which shuts guests out. */
function offered({ goal }: SignIn): readonly Person[] {
  const people = goal.tenants.flatMap(({ directory }) => directory.people);
  const hinted =
    goal.loginHint === undefined || goal.prompt === 'select_account'
      ? undefined
      : hintedPerson(goal.tenants, goal.loginHint);
  if (hinted !== undefined) return [hinted];
  return goal.domainHint === undefined ? people : people.filter((person) => !isGuest(person));
}

/** How the person is called on later pages. */
export const accountName = ({ person }: SignIn): string =>
  person === null ? '' : signInName(person);

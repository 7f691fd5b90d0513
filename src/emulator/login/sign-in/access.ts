import type { Reply } from '../../http/reply.ts';
import type { EmulatorRequest } from '../../http/request.ts';
import { secondFactorPage } from '../../pages/second-factor.ts';
import type { Person } from '../../tenant/person.ts';
import type { ConditionalAccessBlock } from '../../tenant/policies.ts';
import type { Tenant } from '../../tenant/tenant.ts';
import type { World } from '../../world.ts';
import type { SignedInAccount } from '../browser-sessions.ts';
import { refuse, type Refusal } from '../refusal.ts';
import { refusalPage } from '../refusal-reply.ts';
import { accountName, showPicker } from './account.ts';
import { accountOf, interactionUrl, isSilent, type SignIn, type Step } from './sign-in.ts';

/** The person's account is enabled. */
export const refuseDisabled: Step = (world, request, signIn) => {
  if (signIn.person?.enabled === true) return null;
  if (isSilent(signIn)) {
    return signIn.goal.refuse(request, refuse(50057, { error: 'interaction_required' }));
  }
  signIn.person = null;
  return showPicker(world, signIn, 'AADSTS50057: your account has been locked or disabled.');
};

/** A second factor where a policy or the request needs one. */
export const askSecondFactor: Step = (world, request, signIn) => {
  const account = accountOf(world, signIn);
  if (signIn.person === null || account === undefined) return null;
  if (!needsSecondFactor(signIn.tenant, signIn.person, signIn.goal.claims.contexts, account))
    return null;
  if (signIn.tenant.policies.autopilot !== null) return satisfy(signIn, account);
  if (isSilent(signIn)) return signIn.goal.refuse(request, secondFactorRefusal(signIn.person));
  return showSecondFactor(signIn, signIn.person, false);
};

/** True when the account lacks a factor or an authentication context. */
function needsSecondFactor(
  tenant: Tenant,
  person: Person,
  contexts: readonly string[],
  account: SignedInAccount,
): boolean {
  const wanted = wantsSecondFactor(tenant, person) && !account.amr.includes('mfa');
  return wanted || contexts.some((context) => !account.acrs.includes(context));
}

/** True when a policy asks this person for a second factor. */
export function wantsSecondFactor(
  { policies: { secondFactor } }: Tenant,
  { oid }: Person,
): boolean {
  return secondFactor === 'always' || (Array.isArray(secondFactor) && secondFactor.includes(oid));
}

/** What a silent request is told: prove the second factor, or set it up. */
export const secondFactorRefusal = (person: Person): Refusal =>
  refuse(person.secondFactor ? 50076 : 50079, {
    words: { resource: '00000003-0000-0000-c000-000000000000' },
  });

function satisfy({ goal }: SignIn, account: SignedInAccount): null {
  account.amr = ['pwd', 'mfa'];
  account.acrs = [...new Set([...account.acrs, ...goal.claims.contexts])];
  return null;
}

const showSecondFactor = (signIn: SignIn, person: Person, refused: boolean): Reply =>
  secondFactorPage({
    tenantName: signIn.tenant.name,
    action: interactionUrl(signIn, 'secondfactor'),
    ctx: signIn.ctx,
    person,
    refused,
  });

/** Answers of the page of the second factor. */
export function answerSecondFactor(
  world: World,
  request: EmulatorRequest,
  signIn: SignIn,
  form: URLSearchParams,
): Reply | null {
  const account = accountOf(world, signIn);
  if (signIn.person === null || account === undefined) return null;
  const answer = form.get('secondfactor');
  if (answer === 'register') signIn.person.secondFactor = true;
  if (answer === 'approve' || answer === 'register') return satisfy(signIn, account);
  request.notes.error = 'AADSTS500121';
  return showSecondFactor(signIn, signIn.person, true);
}

/** Conditional access that blocks. */
export const refuseBlocked: Step = (world, request, signIn) => {
  const { tenant, person, goal } = signIn;
  const block = person === null ? undefined : blockOf(tenant, person, goal.app.appId);
  if (block === undefined) return null;
  const refusal = blockRefusal(block);
  const shown = !isSilent(signIn) && tenant.variants.conditionalAccess === 'page';
  return shown ? refusalPage(world, request, refusal, tenant) : goal.refuse(request, refusal);
};

/** The first rule that meets this person at this application. */
export const blockOf = (
  tenant: Tenant,
  person: Person,
  appId: string,
): ConditionalAccessBlock | undefined =>
  tenant.policies.blocks.find(
    ({ people, applications }) =>
      (people?.includes(person.oid) ?? true) && (applications?.includes(appId) ?? true),
  );

/** What the rule says. */
export const blockRefusal = ({ error }: ConditionalAccessBlock): Refusal =>
  refuse(error, { words: { state: 'unmanaged' } });

/** Assignment, where the application requires it: the person, or a group that the person is directly in. */
export const refuseUnassigned: Step = (world, request, signIn) => {
  const { tenant, person, goal } = signIn;
  if (person === null || isAssigned(tenant, person, signIn)) return null;
  const { appId: app, displayName: appName } = goal.app;
  const refusal = refuse(50105, { words: { app, appName, account: accountName(signIn) } });
  const shown = !isSilent(signIn) && tenant.variants.notAssigned === 'page';
  return shown ? refusalPage(world, request, refusal, tenant) : goal.refuse(request, refusal);
};

function isAssigned(tenant: Tenant, person: Person, { goal: { app } }: SignIn): boolean {
  if (!app.assignmentRequired) return true;
  const groups = tenant.directory.membershipsOf(person.oid, false).map(({ id }) => id);
  return [person.oid, ...groups].some((id) => app.assigned.includes(id));
}

/** A browser that is sent here again and again, and back without a page, is caught in a loop of the application. */
export const refuseLoop: Step = (world, request, { tenant, goal, session, interacted }) => {
  if (interacted || tenant.policies.autopilot !== null) return null;
  const window = { requests: tenant.policies.loopLimit, windowMs: 60_000, retryAfterSeconds: 60 };
  const looping = world.throttles.exceeds(`loop|${session.id}|${goal.app.appId}`, window);
  return looping ? refusalPage(world, request, refuse(50196), tenant) : null;
};

import type { Reply } from '../../http/reply.ts';
import type { EmulatorRequest } from '../../http/request.ts';
import { adminApprovalPage, consentPage } from '../../pages/consent.ts';
import type { Person } from '../../tenant/person.ts';
import type { World } from '../../world.ts';
import { missingPermissions, neededPermissions, type NeededPermission } from '../consented.ts';
import { stamp } from '../error-text.ts';
import { refuse, type Refusal } from '../refusal.ts';
import { accountName, showPicker } from './account.ts';
import { interactionUrl, isSilent, type SignIn, type Step } from './sign-in.ts';

/** Last step: the person, or an administrator, consented to all that is asked for. */
export const askConsent: Step = (world, request, signIn) => {
  const { person, goal } = signIn;
  if (person === null || signIn.consented) return null;
  const asked = goal.prompt === 'consent' || goal.consent === 'admin';
  const missing = missingOf(world, signIn, person);
  if (missing.length === 0 && !asked) return null;
  if (isSilent(signIn)) return goal.refuse(request, consentRefusal(signIn));
  if (signIn.tenant.policies.autopilot !== null) return accept(world, signIn, person, false);
  return showConsent(world, request, signIn, person);
};

const neededOf = (world: World, { tenant, goal }: SignIn): readonly NeededPermission[] =>
  neededPermissions(world, tenant, goal.app, goal.scopes);

const missingOf = (world: World, signIn: SignIn, person: Person): readonly NeededPermission[] =>
  missingPermissions(signIn.tenant, signIn.goal.app, person, neededOf(world, signIn));

const consentRefusal = ({ goal: { app }, tenant }: SignIn): Refusal =>
  refuse(65001, {
    error: tenant.variants.silentConsentRefusal,
    words: { app: app.appId, appName: app.displayName },
  });

/** True for a person who may consent for everybody. */
const isAdministrator = (person: Person): boolean =>
  person.roles.some((role) =>
    [
      'Global Administrator',
      'Privileged Role Administrator',
      'Cloud Application Administrator',
    ].includes(role),
  );

function showConsent(
  world: World,
  request: EmulatorRequest,
  signIn: SignIn,
  person: Person,
): Reply {
  const { tenant, goal } = signIn;
  const administrator = isAdministrator(person);
  if (!administrator && needsAdministrator(world, signIn, person)) {
    return showApproval(world, request, signIn, false);
  }
  return consentPage({
    ...question(world, signIn),
    forAll: goal.consent === 'admin' ? 'only' : administrator ? 'offer' : 'no',
    tenantName: tenant.name,
  });
}

/** Only an administrator can help: a scope, the policy of the tenant, or the endpoint itself says so. */
const needsAdministrator = (world: World, signIn: SignIn, person: Person): boolean =>
  signIn.goal.consent === 'admin' ||
  !signIn.tenant.policies.userConsent ||
  missingOf(world, signIn, person).some(({ adminConsent }) => adminConsent);

const question = (
  world: World,
  signIn: SignIn,
): Omit<Parameters<typeof consentPage>[0], 'forAll'> => ({
  tenantName: signIn.tenant.name,
  appName: signIn.goal.app.displayName,
  account: accountName(signIn),
  action: interactionUrl(signIn, 'consent'),
  ctx: signIn.ctx,
  permissions: neededOf(world, signIn).map(({ resource, ...permission }) => ({
    ...permission,
    resource: resource.name,
  })),
});

function showApproval(
  world: World,
  request: EmulatorRequest,
  signIn: SignIn,
  asked: boolean,
): Reply {
  const refusal = approvalRefusal(signIn);
  const { description } = stamp(world, request, refusal, signIn.tenant.variants);
  return adminApprovalPage({
    ...question(world, signIn),
    error: `AADSTS${refusal.aadsts}`,
    workflow: signIn.tenant.policies.adminConsentWorkflow,
    asked,
    description,
  });
}

const approvalRefusal = ({ tenant, goal }: SignIn): Refusal =>
  refuse(tenant.policies.adminConsentWorkflow ? 90095 : 90094, {
    words: { appName: goal.app.displayName },
  });

function accept(world: World, signIn: SignIn, person: Person, forAll: boolean): null {
  const { tenant, goal } = signIn;
  for (const { resource, scope } of neededOf(world, signIn)) {
    tenant.consents.grant(forAll ? 'everyone' : person.oid, goal.app.appId, resource.appId, [
      scope,
    ]);
  }
  signIn.consented = true;
  return null;
}

type Answer = (
  world: World,
  request: EmulatorRequest,
  signIn: SignIn,
  person: Person,
  forAll: boolean,
) => Reply | null;

const ANSWERS: { readonly [answer: string]: Answer } = {
  accept: (world, request, signIn, person, forAll) =>
    !isAdministrator(person) && needsAdministrator(world, signIn, person)
      ? showApproval(world, request, signIn, false)
      : accept(
          world,
          signIn,
          person,
          (forAll || signIn.goal.consent === 'admin') && isAdministrator(person),
        ),
  decline: (_world, request, signIn) => signIn.goal.refuse(request, refuse(65004)),
  request: (world, request, signIn) => showApproval(world, request, signIn, true),
  another: (world, _request, signIn) => {
    signIn.person = null;
    return showPicker(world, signIn);
  },
  return: (_world, request, signIn) => signIn.goal.refuse(request, returnRefusal(signIn)),
};

/** The way back from "Need admin approval". */
function returnRefusal(signIn: SignIn): Refusal {
  const marked = signIn.tenant.variants.adminApprovalReturn === 'error_subcode';
  return { ...refuse(65004), suberror: marked ? 'cancel' : undefined };
}

/** Answers of the consent page and of "Need admin approval". */
export function answerConsent(
  world: World,
  request: EmulatorRequest,
  signIn: SignIn,
  form: URLSearchParams,
): Reply | null {
  if (signIn.person === null) return showPicker(world, signIn);
  const name = form.get('consent') ?? '';
  const answer = Object.hasOwn(ANSWERS, name) ? ANSWERS[name] : undefined;
  if (answer === undefined) return showConsent(world, request, signIn, signIn.person);
  return answer(world, request, signIn, signIn.person, form.get('forall') === 'yes');
}

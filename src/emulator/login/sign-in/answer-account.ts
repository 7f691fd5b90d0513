import type { Reply } from '../../http/reply.ts';
import type { EmulatorRequest } from '../../http/request.ts';
import { passwordPage } from '../../pages/password.ts';
import type { Person } from '../../tenant/person.ts';
import type { Tenant } from '../../tenant/tenant.ts';
import type { World } from '../../world.ts';
import { refuse } from '../refusal.ts';
import { refusalPage } from '../refusal-reply.ts';
import { isProved, type LocatedPerson, prove, showPicker } from './account.ts';
import { interactionUrl, type SignIn } from './sign-in.ts';

/** Answers of the account page: a person who was picked, or a name that was typed; perhaps a password. */
export function answerAccount(
  world: World,
  request: EmulatorRequest,
  signIn: SignIn,
  form: URLSearchParams,
): Reply | null {
  const name = form.get('account') ?? form.get('login')?.trim() ?? '';
  const found = locate(signIn.goal.tenants, name);
  if (found === undefined) return refuseStranger(world, request, signIn, name);
  if (!found.person.enabled) {
    return showPicker(world, signIn, 'AADSTS50057: your account has been locked or disabled.');
  }
  signIn.tenant = found.tenant;
  signIn.person = found.person;
  // Picking an account that is signed in is single sign-on.
  if (isProved(world, signIn)) return null;
  const given = form.get('passwd');
  if (needsPassword(found) && given !== found.person.password) {
    return showPassword(signIn, found.person, given !== null);
  }
  prove(world, signIn, found.person);
  return null;
}

function locate(tenants: readonly Tenant[], name: string): LocatedPerson | undefined {
  for (const tenant of tenants) {
    const person = tenant.directory.person(name);
    if (person !== undefined) return { tenant, person };
  }
  return undefined;
}

const needsPassword = ({ tenant, person }: LocatedPerson): boolean =>
  tenant.policies.askPassword && person.password !== null;

const showPassword = (signIn: SignIn, person: Person, wrong: boolean): Reply =>
  passwordPage({
    tenantName: signIn.tenant.name,
    action: interactionUrl(signIn, 'login'),
    ctx: signIn.ctx,
    person,
    wrong,
  });

/** Nobody of that name here: a typing mistake in the tenant's own domain, or an account of somewhere else. */
function refuseStranger(
  world: World,
  request: EmulatorRequest,
  signIn: SignIn,
  name: string,
): Reply {
  const { tenant, goal } = signIn;
  const domain = name.split('@')[1]?.toLowerCase() ?? '';
  if (domain === '' || tenant.domains.includes(domain)) {
    return showPicker(world, signIn, `AADSTS50034: there is no account ${name} in ${tenant.name}.`);
  }
  const idp = `${world.cloud.sts}/${domain}/`;
  const words = { account: name, idp, tenant: tenant.name, app: goal.app.appId };
  const refusal = refuse(tenant.variants.foreignAccountRefusal, { words });
  return tenant.variants.foreignAccount === 'page'
    ? refusalPage(world, request, refusal, tenant)
    : goal.refuse(request, refusal);
}

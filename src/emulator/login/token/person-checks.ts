import { loginTimestamp } from '../../time.ts';
import { stableGuid } from '../../stable-id.ts';
import type { Subject } from '../../tokens/subject.ts';
import type { World } from '../../world.ts';
import { missingPermissions, neededPermissions } from '../consented.ts';
import { firstRefusal, refuse, type Refusal } from '../refusal.ts';
import type { ScopeRequest } from '../scopes.ts';
import {
  blockOf,
  blockRefusal,
  secondFactorRefusal,
  wantsSecondFactor,
} from '../sign-in/access.ts';

type Check = (world: World, subject: Subject, scopes: ScopeRequest) => Refusal | undefined;

/** What the token endpoint checks of the person anew each time, in this order. */
const CHECKS: readonly Check[] = [
  refuseDeleted,
  (_world, { person }) => (person.enabled ? undefined : refuse(50057)),
  refuseRevoked,
  refuseWithoutSecondFactor,
  refuseBlockedPerson,
  refuseUnconsented,
];

/** The first reason not to give this person's client a token. */
export const refusePerson = (
  world: World,
  subject: Subject,
  scopes: ScopeRequest,
): Refusal | undefined => firstRefusal(CHECKS, world, subject, scopes);

/** A person who was removed, also when somebody else has the name since. */
function refuseDeleted(_world: World, { tenant, person }: Subject): Refusal | undefined {
  if (tenant.directory.person(person.oid) === person) return undefined;
  return refuse(500341, { words: { account: person.upn, tenant: tenant.name } });
}

function refuseRevoked(
  _world: World,
  { person, generation, authTime }: Subject,
): Refusal | undefined {
  if (generation >= person.generation) return undefined;
  const words = {
    issuedAt: loginTimestamp(authTime * 1000),
    validFrom: loginTimestamp(person.sessionsValidFrom),
  };
  return refuse(person.revokedWith, { words });
}

function refuseWithoutSecondFactor(_world: World, subject: Subject): Refusal | undefined {
  const { tenant, person, amr } = subject;
  if (!wantsSecondFactor(tenant, person) || amr.includes('mfa')) return undefined;
  return { ...secondFactorRefusal(person), claims: policyClaims(tenant.id) };
}

/** What a new sign-in has to carry to meet the policy. */
const policyClaims = (tenantId: string): string =>
  JSON.stringify({
    access_token: { capolids: { essential: true, values: [stableGuid('policy', tenantId)] } },
  });

function refuseBlockedPerson(_world: World, { tenant, person, app }: Subject): Refusal | undefined {
  const block = blockOf(tenant, person, app.appId);
  if (block === undefined) return undefined;
  const refusal = blockRefusal(block);
  return { ...refusal, error: 'interaction_required', claims: policyClaims(tenant.id) };
}

function refuseUnconsented(
  world: World,
  subject: Subject,
  scopes: ScopeRequest,
): Refusal | undefined {
  const { tenant, app, person } = subject;
  const needed = neededPermissions(world, tenant, app, scopes);
  const missing = missingPermissions(tenant, app, person, needed);
  if (missing.length === 0) return undefined;
  return refuse(65001, { words: { app: app.appId, appName: app.displayName } });
}

import type { SignIn } from '../../sandbox/contract.ts';
import type { Conditions } from './manifest.ts';

/** True for every value where nothing is listed. */
export function isAmong(value: string, listed: readonly string[]): boolean {
  return listed.length === 0 || listed.includes(value);
}

/** Whether the conditions of a manifest hold for a sign-in: the groups are those that the person has without extensions. */
export function holds(
  { services, groups, roles }: Conditions,
  { service, principal }: Pick<SignIn, 'service' | 'principal'>,
): boolean {
  return (
    isAmong(service.type, services) &&
    hasOne(principal.groups, groups) &&
    hasOne(principal.roles, roles)
  );
}

function hasOne(held: readonly { readonly name: string }[], listed: readonly string[]): boolean {
  return listed.length === 0 || held.some(({ name }) => listed.includes(name));
}

import type { Json, JsonObject } from '../../../sandbox/contract.ts';
import type { Fixture } from './fixture.ts';

/** Who stands in a recording for whoever signed in. */
const SOMEBODY: { readonly [member: string]: string } = {
  username: 'somebody',
  upn: 'somebody@example.com',
  email: 'somebody@example.com',
  name: 'Some Body',
  oid: '00000000-0000-4000-8000-000000000001',
  sub: 'subject-of-somebody',
};

interface Stand {
  readonly real: string;
  readonly instead: string;
}

/**
 * A recording of somebody else: names, addresses and ids of the person are others, the same wherever they stand, so that
 * what compares them still finds them equal.
 */
export function withoutPerson<Told extends Fixture>(fixture: Told): Told {
  const stands = standsOf(fixture.event);
  if (stands.length === 0) return fixture;
  const { config, ...rest } = fixture;
  const changed = JSON.parse(JSON.stringify(rest), (_, part: unknown) => change(part, stands));
  return { ...changed, config };
}

/** The longest first: a username is a part of an address. */
function standsOf(event: JsonObject): readonly Stand[] {
  const { principal, request, username } = event;
  const person = isObject(principal) ? principal : { username: username ?? null };
  const address = isObject(request) ? request['address'] : undefined;
  const members = Object.entries(SOMEBODY).map(
    ([member, instead]) => [person[member], instead] as const,
  );
  return [...members, [address, '192.0.2.1'] as const]
    .flatMap(([real, instead]) =>
      typeof real === 'string' && real !== '' ? [{ real, instead }] : [],
    )
    .toSorted((one, other) => other.real.length - one.real.length);
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function change(part: unknown, stands: readonly Stand[]): unknown {
  if (typeof part === 'string') return changeText(part, stands);
  if (typeof part !== 'object' || part === null || Array.isArray(part)) return part;
  return Object.fromEntries(
    Object.entries(part).map(([name, value]) => [changeText(name, stands), value]),
  );
}

function changeText(text: string, stands: readonly Stand[]): string {
  return stands
    .flatMap((stand) => [stand, encoded(stand)])
    .reduce((changed, { real, instead }) => changed.replaceAll(alone(real), instead), text);
}

/** Where it is no part of a longer word: a short name is found in many. */
function alone(real: string): RegExp {
  return new RegExp(`(?<![\\p{L}\\p{N}])${RegExp.escape(real)}(?![\\p{L}\\p{N}])`, 'gu');
}

function encoded({ real, instead }: Stand): Stand {
  return { real: encodeURIComponent(real), instead: encodeURIComponent(instead) };
}

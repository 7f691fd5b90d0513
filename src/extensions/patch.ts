import { z } from 'zod';

import type { JsonObject, Patch } from '../../sandbox/contract.ts';
import type { EnrichGrant } from '../config/config.ts';
import type { Limits } from './limits.ts';
import { type Checked, plainText, readResult } from './result.ts';

const names = z.array(plainText(256).min(1)).max(100);

const changes = z.strictObject({ add: names.exactOptional(), remove: names.exactOptional() });

/** A claim's value. Unit of its size: UTF-16 code units of its JSON. */
const MAX_CLAIM = 4 * 1024;

const claim = z
  .json()
  .refine((value) => JSON.stringify(value).length <= MAX_CLAIM, `is longer than ${MAX_CLAIM}`);

const claims: z.ZodType<JsonObject> = z.record(plainText(128).min(1), claim);

/** RFC 9110 section 5.6.2: what a header's name is made of. */
const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}$/;

const PATCH = z.strictObject({
  username: plainText(256).min(1).exactOptional(),
  groups: changes.exactOptional(),
  roles: changes.exactOptional(),
  claims: claims.exactOptional(),
  home: plainText(1_024).exactOptional(),
  session: z
    .strictObject({
      idle: z.number().int().positive().max(31_536_000).exactOptional(),
      absolute: z.number().int().positive().max(31_536_000).exactOptional(),
    })
    .exactOptional(),
  headers: z.record(z.string().regex(HEADER_NAME), plainText(1_024)).exactOptional(),
});

/** Narrows what `enrich` returned. Nothing at all is an empty patch: there is nothing to add. */
export function readPatch(text: string, limits: Limits): Checked<Patch> {
  if (text === 'null') return { ok: true, value: {} };
  return readResult<Patch>(text, PATCH, limits);
}

/** Which names of a patch a grant has to name, and which powers it has to give. */
const NAMED: readonly (readonly [
  grant: 'groups' | 'roles' | 'claims' | 'headers',
  of: (patch: Patch) => readonly string[],
])[] = [
  ['groups', ({ groups }) => [...(groups?.add ?? []), ...(groups?.remove ?? [])]],
  ['roles', ({ roles }) => [...(roles?.add ?? []), ...(roles?.remove ?? [])]],
  ['claims', (patch) => Object.keys(patch.claims ?? {})],
  ['headers', ({ headers }) => Object.keys(headers ?? {}).map((name) => name.toLowerCase())],
];

const POWERS = ['username', 'home', 'session'] as const;

/** What a patch does beyond a grant, in words; empty when it is granted whole. */
export function beyondGrant(patch: Patch, grant: EnrichGrant): readonly string[] {
  const named = NAMED.flatMap(([power, of]) => {
    const granted = grant[power].map((name) => (power === 'headers' ? name.toLowerCase() : name));
    return of(patch)
      .filter((name) => !granted.includes(name))
      .map((name) => `${power}: ${name}`);
  });
  const powers = POWERS.filter((power) => patch[power] !== undefined && !grant[power]);
  return [...named, ...powers];
}

/** What two patches would both write; empty when they do not meet. */
export function conflicts(one: Patch, other: Patch): readonly string[] {
  const written = targets(one);
  return targets(other).filter((target) => written.includes(target));
}

function targets(patch: Patch): readonly string[] {
  const powers: readonly string[] = POWERS.filter((power) => patch[power] !== undefined);
  const claimNames = Object.keys(patch.claims ?? {}).map((name) => `claims: ${name}`);
  const headerNames = Object.keys(patch.headers ?? {}).map(
    (name) => `headers: ${name.toLowerCase()}`,
  );
  return [...powers, ...claimNames, ...headerNames];
}

import { unknownName } from './create-directory.ts';
import type { Directory } from './directory.ts';
import type { ConditionalAccessBlock, PolicySeed } from './policies.ts';

/**
 * The policies of a seed with object ids: there people may be named as everywhere else, and ids in capitals.
 *
 * @throws {EntradaError} `EMULATOR_SEED_INVALID` for a name that is nobody's.
 */
export function namedPolicies(policies: PolicySeed = {}, directory: Directory): PolicySeed {
  const { secondFactor, blocks, autopilot } = policies;
  const named = oidIn(directory);
  return {
    ...policies,
    secondFactor:
      typeof secondFactor === 'object' ? secondFactor.map(named('secondFactor')) : secondFactor,
    blocks: blocks?.map(blockIn(named('blocks'))),
    autopilot: typeof autopilot === 'string' ? named('autopilot')(autopilot) : autopilot,
  };
}

const oidIn =
  (directory: Directory) =>
  (policy: string) =>
  (name: string): string => {
    const person = directory.person(name);
    if (person === undefined) throw unknownName(name, `policy ${policy}`);
    return person.oid;
  };

const blockIn =
  (oidOf: (name: string) => string) =>
  ({ people, applications, ...block }: ConditionalAccessBlock): ConditionalAccessBlock => ({
    ...block,
    people: people?.map(oidOf),
    applications: applications?.map((appId) => appId.toLowerCase()),
  });

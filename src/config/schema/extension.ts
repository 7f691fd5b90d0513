import { z } from 'zod';
import type { FailureKind, JsonObject } from '../../../sandbox/contract.ts';
import type { ExtensionMode, FailurePolicy } from '../config.ts';
import { withTraits } from '../document/traits.ts';
import { DURATION_PATTERN, durationUpTo } from '../values/duration.ts';
import { INTEGRITY_PATTERN, parseIntegrity } from '../values/integrity.ts';
import { readJson } from '../values/json.ts';
import { megabytes, SIZE_PATTERN } from '../values/size.ts';
import { id, list, filePath, take, text, word } from './forms.ts';
import { grantSchema, type GrantEntry } from './grant.ts';

/** One entry of `extensions`, as it is written. */
export interface ExtensionEntry {
  readonly source: string;
  readonly integrity?: string | undefined;
  readonly mode: ExtensionMode;
  readonly owner?: string | undefined;
  readonly applies_to: readonly string[];
  readonly grant: GrantEntry;
  readonly config: JsonObject;
  readonly limits: LimitsEntry;
  readonly on_failure: FailurePolicy | { readonly [Kind in FailureKind]: FailurePolicy };
  readonly acknowledge_fail_open: boolean;
}

export interface LimitsEntry {
  /** Unit: milliseconds. */
  readonly wall?: number | undefined;
  /** Unit: milliseconds. */
  readonly cpu?: number | undefined;
  /** Unit: MiB. */
  readonly memory?: number | undefined;
}

/** Ceilings; the defaults are the runner's. */
const MOST = { wall: '30s', cpu: '5s', leastMemory: 8, memory: 512 } as const;

const limits = z.strictObject({
  wall: text({
    parse: durationUpTo(MOST.wall),
    expects: 'a duration up to 30s',
    pattern: DURATION_PATTERN,
  })
    .optional()
    .describe('How long one run may take, waiting included. Default 5s, at most 30s.'),
  cpu: text({
    parse: durationUpTo(MOST.cpu),
    expects: 'a duration up to 5s',
    pattern: DURATION_PATTERN,
  })
    .optional()
    .describe('How long one run may compute. Default 200ms, at most 5s.'),
  memory: text({
    parse: megabytes(MOST.leastMemory, MOST.memory),
    expects: 'a size up to 512MB',
    pattern: SIZE_PATTERN,
  })
    .optional()
    .describe('How much memory one run may use. Default 128MB, at most 512MB.'),
});

const policy = word('deny', 'allow').prefault('deny');

const failures = z.strictObject({
  throw: policy.describe('The extension threw an error.'),
  timeout: policy.describe('It took longer than limits.wall.'),
  cpu: policy.describe('It computed longer than limits.cpu.'),
  memory: policy.describe('It used more than limits.memory.'),
  limit: policy.describe('It met another limit, as the number of its requests.'),
  invalid_result: policy.describe('It answered nothing, or what no hook may answer.'),
  unavailable: policy.describe('It could not be run.'),
  dependency: policy.describe('A server that it needs failed.'),
});

const config = z
  .record(z.string(), z.unknown())
  .transform((given, context) => take(readJson(given), context));

export const extensionSchema: z.ZodType<ExtensionEntry> = z.strictObject({
  source: filePath('the path of a folder').describe(
    "Folder of the extension: the one with its extension.yaml. Relative paths start at this file's folder.",
  ),
  integrity: text({
    parse: parseIntegrity,
    expects: 'sha256-… as entrada extension approve writes it',
    pattern: INTEGRITY_PATTERN,
  })
    .optional()
    .describe(
      'Hash of what was approved. entrada extension approve writes it; an extension that was changed since then is not run.',
    ),
  mode: word('off', 'shadow', 'enforce')
    .prefault('enforce')
    .describe(
      'off: not run. shadow: run and compared, never applied. enforce: what it decides holds.',
    ),
  owner: id('whoever answers for its code')
    .optional()
    .describe(
      'Who answers for its code, as a team or a supplier. Extensions of different owners share no process. Left out: you do.',
    ),
  applies_to: list(id('a method'), 'a list of ids of methods')
    .prefault([])
    .describe('Ids of the methods whose sign-ins it sees. Empty: all.'),
  grant: grantSchema.prefault({}).describe('What the extension may do. Nothing, when left out.'),
  config: withTraits(config, {
    expects: 'a map of keys and values',
    substitution: 'refused',
  })
    .prefault({})
    .describe(
      "The extension's own configuration, checked against the schema of its manifest. It enters the isolate: no secrets, no ${…}.",
    ),
  limits: limits.prefault({}).describe('Limits of one run.'),
  on_failure: withTraits(z.union([word('deny', 'allow'), failures]), {
    expects: 'deny, or a map of kinds of failure',
  })
    .prefault('deny')
    .describe(
      'What a sign-in gets when the extension fails: deny, or a map with one of deny and allow for each kind of failure. allow lets people in unchecked and needs acknowledge_fail_open: true.',
    ),
  acknowledge_fail_open: z
    .boolean()
    .prefault(false)
    .describe(
      'true: whoever wrote this file knows that a failure of this extension lets people in.',
    ),
});

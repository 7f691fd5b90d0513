import type { Challenge, EnqueueCall, Failure, JsonObject, Patch } from '../../sandbox/contract.ts';
import {
  combine,
  type CombinedDecision,
  type ExtensionDecision,
  readDecision,
} from './decision.ts';
import type { Invoked } from './invoke.ts';
import { beyondGrant, conflicts, readPatch } from './patch.ts';
import type { InvocationRecord } from './record.ts';
import type { Checked } from './result.ts';

/** What all extensions decided, with the record of each. */
export interface Decided {
  readonly combined: CombinedDecision;
  readonly records: readonly InvocationRecord[];
  /** What extensions left for those after them. */
  readonly shared: JsonObject;
  readonly enqueued: readonly Enqueued[];
}

/** What an extension leaves for itself. */
export interface Enqueued {
  readonly extension: string;
  readonly call: EnqueueCall;
}

/** What all extensions add, in the order of the configuration, or the first that failed. */
export interface Enriched {
  readonly patches: readonly { readonly extension: string; readonly patch: Patch }[];
  readonly failed: { readonly extension: string; readonly failure: Failure } | null;
  /** What the first one that passed a challenge of an API on wants of the person; null when none did. */
  readonly challenge: Challenge | null;
  readonly records: readonly InvocationRecord[];
  /** What extensions left for those after them. */
  readonly shared: JsonObject;
  readonly enqueued: readonly Enqueued[];
}

interface Judged {
  readonly enforced: boolean;
  readonly decision: ExtensionDecision;
  readonly record: InvocationRecord;
}

/** Reads what every `decide` returned and puts it together. */
export function judge(invoked: readonly Invoked[]): Decided {
  const judged = invoked.map(judgeOne);
  const combined = combineThose(judged, ({ enforced }) => enforced);
  const insteadOf = (one: Judged): InvocationRecord['instead'] => {
    if (one.enforced) return null;
    const { decision } = combineThose(judged, (other) => other.enforced || other === one);
    return decision === combined.decision ? null : decision;
  };
  return {
    combined,
    records: judged.map((one) => ({ ...one.record, instead: insteadOf(one) })),
    ...leftBy(invoked.filter((_, index) => judged[index]?.record.failure === null)),
  };
}

/** What extensions leave whose hooks ended well: what failed is as if it had not been. */
function leftBy(well: readonly Invoked[]): Pick<Decided, 'shared' | 'enqueued'> {
  return { shared: sharedBy(well), enqueued: enqueuedBy(well) };
}

function sharedBy(invoked: readonly Invoked[]): JsonObject {
  return Object.assign({}, ...invoked.map(({ shared }) => shared));
}

function enqueuedBy(invoked: readonly Invoked[]): readonly Enqueued[] {
  return invoked.flatMap(({ extension, enqueued }) =>
    enqueued.map((call) => ({ extension: extension.name, call })),
  );
}

function combineThose(
  judged: readonly Judged[],
  counts: (one: Judged) => boolean,
): CombinedDecision {
  return combine(judged.filter(counts).map(({ decision }) => decision));
}

function judgeOne(invoked: Invoked): Judged {
  const { extension, result } = invoked;
  const checked = result === null ? null : readDecision(result, extension.limits);
  const failure = invoked.challenge ? null : failureOf(invoked, checked);
  const decision = checked?.ok ? checked.value : invoked.challenge;
  const forgiven = failure !== null && extension.config.onFailure[failure.kind] === 'allow';
  return {
    enforced: extension.config.mode === 'enforce',
    decision: { extension: extension.name, decision, failure: forgiven ? null : failure },
    record: recordOf(invoked, 'decide', { decision, patch: null, failure }),
  };
}

/** Reads what every `enrich` returned; patches that hold come out in the order of the configuration. */
export function gather(invoked: readonly Invoked[]): Enriched {
  const patches: { extension: string; patch: Patch }[] = [];
  const records: InvocationRecord[] = [];
  const well: Invoked[] = [];
  let failed: Enriched['failed'] = null;
  let challenge: Enriched['challenge'] = null;
  for (const one of invoked) {
    const { name, config } = one.extension;
    const { patch, failure } = patchOf(one, patches);
    const ending = endingOf(one, failure);
    if (!failure) well.push(one);
    const enforced = config.mode === 'enforce';
    const record = recordOf(one, 'enrich', { decision: null, patch, failure });
    records.push(enforced ? record : { ...record, instead: ending });
    if (!enforced) continue;
    if (patch) patches.push({ extension: name, patch });
    if (ending === 'challenge') challenge ??= one.challenge;
    if (failure && ending === 'failed') failed ??= { extension: name, failure };
  }
  return { patches, failed, challenge, records, ...leftBy(well) };
}

/** What an enrichment that failed does to a sign-in; null where that is forgiven. */
function endingOf(
  { challenge, extension: { config } }: Invoked,
  failure: Failure | null,
): 'challenge' | 'failed' | null {
  if (!failure) return null;
  if (challenge) return 'challenge';
  return config.onFailure[failure.kind] === 'deny' ? 'failed' : null;
}

/** The patch, when it is one, is granted whole, and writes nothing that another one wrote before it. */
function patchOf(
  invoked: Invoked,
  before: readonly { readonly extension: string; readonly patch: Patch }[],
): { readonly patch: Patch | null; readonly failure: Failure | null } {
  const { extension, result } = invoked;
  const checked = result === null ? null : readPatch(result, extension.limits);
  const failure = failureOf(invoked, checked);
  if (!checked?.ok || failure) return { patch: null, failure };
  const patch = checked.value;
  const beyond = beyondGrant(patch, extension.grant.enrich);
  if (beyond.length > 0)
    return refusePatch('PATCH_NOT_GRANTED', `not granted: ${beyond.join(', ')}`);
  for (const other of before) {
    const both = conflicts(other.patch, patch);
    if (both.length > 0) {
      return refusePatch('PATCH_CONFLICT', `${other.extension} writes it too: ${both.join(', ')}`);
    }
  }
  return { patch, failure: null };
}

function refusePatch(code: string, message: string): { patch: null; failure: Failure } {
  return { patch: null, failure: { kind: 'invalid_result', code, message, frames: [] } };
}

function failureOf({ failure }: Invoked, checked: Checked<unknown> | null): Failure | null {
  if (failure || checked === null || checked.ok) return failure;
  return { kind: 'invalid_result', code: checked.code, message: checked.message, frames: [] };
}

/** What is kept of a run. */
export function recordOf(
  { extension, hostCalls, unavailable, usage, durationMs }: Invoked,
  hook: InvocationRecord['hook'],
  result: Pick<InvocationRecord, 'decision' | 'patch' | 'failure'>,
): InvocationRecord {
  return {
    extension: extension.name,
    version: extension.integrity,
    hook,
    mode: extension.config.mode === 'shadow' ? 'shadow' : 'enforce',
    ...result,
    ...(extension.rules && result.patch ? { rules: extension.rules } : {}),
    instead: null,
    hostCalls,
    unavailable,
    usage,
    durationMs,
  };
}

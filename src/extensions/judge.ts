import type { Failure, JsonObject, Patch } from '../../sandbox/contract.ts';
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
}

/** What all extensions add, in the order of the configuration, or the first that failed. */
export interface Enriched {
  readonly patches: readonly { readonly extension: string; readonly patch: Patch }[];
  readonly failed: { readonly extension: string; readonly failure: Failure } | null;
  readonly records: readonly InvocationRecord[];
}

interface Judged {
  readonly enforced: boolean;
  readonly decision: ExtensionDecision;
  readonly record: InvocationRecord;
}

/** Reads what every `decide` returned and puts it together. */
export function judge(invoked: readonly Invoked[]): Decided {
  const judged = invoked.map(judgeOne);
  return {
    combined: combine(judged.filter(({ enforced }) => enforced).map(({ decision }) => decision)),
    records: judged.map(({ record }) => record),
    shared: Object.assign({}, ...invoked.map(({ shared }) => shared)),
  };
}

function judgeOne(invoked: Invoked): Judged {
  const { extension, result } = invoked;
  const checked = result === null ? null : readDecision(result, extension.limits);
  const failure = failureOf(invoked, checked);
  const decision = checked?.ok ? checked.value : null;
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
  let failed: Enriched['failed'] = null;
  for (const one of invoked) {
    const { name, config } = one.extension;
    const { patch, failure } = patchOf(one, patches);
    const applied = config.mode === 'enforce' ? patch : null;
    records.push(recordOf(one, 'enrich', { decision: null, patch: applied, failure }));
    if (applied) patches.push({ extension: name, patch: applied });
    const counts =
      config.mode === 'enforce' && failure && config.onFailure[failure.kind] === 'deny';
    if (counts) failed ??= { extension: name, failure };
  }
  return { patches, failed, records };
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

function recordOf(
  { extension, hostCalls, usage, durationMs }: Invoked,
  hook: 'decide' | 'enrich',
  result: Pick<InvocationRecord, 'decision' | 'patch' | 'failure'>,
): InvocationRecord {
  return {
    extension: extension.name,
    version: extension.integrity,
    hook,
    mode: extension.config.mode === 'shadow' ? 'shadow' : 'enforce',
    ...result,
    hostCalls,
    usage,
    durationMs,
  };
}

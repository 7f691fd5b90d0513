import type { FailureKind } from '../../sandbox/contract.ts';
import type { ExtensionConfig, FailurePolicy } from './config.ts';

/** Every way in which an invocation fails. */
export const FAILURE_KINDS: readonly FailureKind[] = [
  'throw',
  'timeout',
  'cpu',
  'memory',
  'limit',
  'invalid_result',
  'unavailable',
  'dependency',
];

/** The same policy for every kind of failure. */
export function always(policy: FailurePolicy): ExtensionConfig['onFailure'] {
  return {
    throw: policy,
    timeout: policy,
    cpu: policy,
    memory: policy,
    limit: policy,
    invalid_result: policy,
    unavailable: policy,
    dependency: policy,
  };
}

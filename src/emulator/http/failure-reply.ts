import type { Failure } from '../faults.ts';
import type { Reply } from './reply.ts';

type Member<Key extends string> = Extract<Failure, { readonly [key in Key]: unknown }>;

/** How a service words the failures that are its own. */
export interface FailureWords {
  readonly aadsts?: (failure: Member<'aadsts'>) => Reply;
  readonly graph?: (failure: Member<'graph'>) => Reply;
  readonly storage?: (failure: Member<'storage'>) => Reply;
  readonly challenge?: (failure: Member<'challenge'>) => Reply;
}

/** The answer that a failure asks for, in the words of the service, or to the byte. */
export function answerFailure(failure: Failure, words: FailureWords): Reply {
  if ('aadsts' in failure) return words.aadsts?.(failure) ?? wrongService('AADSTS');
  if ('graph' in failure) return words.graph?.(failure) ?? wrongService('Graph');
  if ('storage' in failure) return words.storage?.(failure) ?? wrongService('Storage');
  if ('challenge' in failure) return words.challenge?.(failure) ?? wrongService('challenge');
  return { status: failure.status, headers: failure.headers ?? {}, body: failure.body ?? '' };
}

const wrongService = (kind: string): Reply => ({
  status: 500,
  headers: { 'Content-Type': 'text/plain' },
  body: `This service has no ${kind} errors.`,
});

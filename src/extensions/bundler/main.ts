import { isEntradaError } from '../../errors.ts';
import { bundle } from '../bundle.ts';
import type { BundleAnswer, BundleFault, BundleQuestion } from './messages.ts';

/**
 * Entry of the process that bundles: a bundler needs more memory than all the rest of a gateway. When whoever asks is gone,
 * so is the reason to run.
 */
process.on('disconnect', () => process.exit());
process.on('message', (message) => {
  if (isQuestion(message)) void answer(message).then((answered) => process.send?.(answered));
});

/** Whoever asks is trusted: what has an id has the form of a question. */
const isQuestion = (message: unknown): message is BundleQuestion =>
  typeof message === 'object' && message !== null && 'id' in message;

async function answer({ id, folder, entry, readable }: BundleQuestion): Promise<BundleAnswer> {
  try {
    return { id, ok: true, bundle: await bundle(folder, entry, readable) };
  } catch (error) {
    return { id, ok: false, fault: toFault(error) };
  }
}

function toFault(error: unknown): BundleFault {
  const text = error instanceof Error ? error.message : String(error);
  if (!isEntradaError(error)) {
    const message = `the bundler failed: ${text}`;
    return {
      code: 'EXTENSION_BUILD_FAILED',
      message,
      next: undefined,
      position: undefined,
      cause: text,
    };
  }
  const { code, message, next, position, cause } = error;
  return { code, message, next, position, cause: cause instanceof Error ? cause.message : text };
}

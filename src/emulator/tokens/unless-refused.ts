import { errors } from 'jose';

/** Of jose itself, and of the cryptography below it: `DOMException` for a key that makes no signature of this kind. */
const REFUSALS = [errors.JOSEError, TypeError, DOMException] as const;

/** What a check of jose answers; undefined for what it refuses. Whatever breaks otherwise is thrown. */
export async function unlessRefused<Value>(
  check: () => Promise<Value>,
): Promise<Value | undefined> {
  try {
    return await check();
  } catch (error) {
    if (REFUSALS.some((refusal) => error instanceof refusal)) return undefined;
    throw error;
  }
}

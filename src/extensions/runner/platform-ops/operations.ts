import type { HostAnswer, Json } from '../../../../sandbox/contract.ts';
import type { Operations } from '../operations.ts';
import { toAscii } from './idna.ts';
import { random } from './random.ts';

type Synchronous = (argument: Json) => Json;

/** Short and pure: they hold the runner's own thread. */
const SYNCHRONOUS: ReadonlyMap<string, Synchronous> = new Map<string, Synchronous>([
  ['random', random],
  ['idna.toASCII', toAscii],
]);

/** An error as the isolate may know it: no stack, no path. */
function refusal(error: unknown): HostAnswer {
  const message = error instanceof Error ? error.message : 'the operation failed';
  return { ok: false, error: { code: 'PLATFORM', message } };
}

function answer(operation: Synchronous, argument: string): HostAnswer {
  try {
    return { ok: true, value: operation(JSON.parse(argument)) };
  } catch (error) {
    return refusal(error);
  }
}

/** Makes what the runner does for the web platform of one invocation. */
export function createOperations(): Operations {
  return {
    asynchronous: () => undefined,
    synchronous(op, argument) {
      const operation = SYNCHRONOUS.get(op);
      return operation && JSON.stringify(answer(operation, argument));
    },
  };
}

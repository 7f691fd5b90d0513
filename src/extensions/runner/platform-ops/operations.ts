import type { HostAnswer, Json } from '../../../../sandbox/contract.ts';
import type { Operations } from '../operations.ts';
import { toAscii } from './idna.ts';
import { random } from './random.ts';
import { TextDecoders } from './text-decoders.ts';

type Synchronous = (argument: Json) => Json;

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
  const decoders = new TextDecoders();
  /** Short and bounded: they hold the runner's own thread. */
  const synchronous: { readonly [op: string]: Synchronous } = {
    random,
    'idna.toASCII': toAscii,
    'text.decode': (argument) => decoders.decode(argument),
  };
  return {
    asynchronous: () => undefined,
    synchronous(op, argument) {
      const operation = Object.hasOwn(synchronous, op) ? synchronous[op] : undefined;
      return operation && JSON.stringify(answer(operation, argument));
    },
  };
}

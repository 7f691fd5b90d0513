import type { HostAnswer, Json } from '../../../../sandbox/contract.ts';
import type { Operations } from '../operations.ts';
import { Codecs } from './compression.ts';
import { createCrypto } from './crypto.ts';
import { toAscii } from './idna.ts';
import { createRandom } from './random.ts';
import { TextDecoders } from './text-decoders.ts';

type Synchronous = (argument: Json) => Json;
type Asynchronous = (argument: Json) => Promise<Json>;

/** An error as the isolate may know it: a name and a sentence, no stack, no path. */
function refusal(error: unknown): HostAnswer {
  if (!(error instanceof Error)) return { ok: false, error: { code: 'Error', message: 'failed' } };
  return { ok: false, error: { code: error.name, message: error.message.slice(0, 500) } };
}

function answer(operation: Synchronous, argument: string): HostAnswer {
  try {
    return { ok: true, value: operation(JSON.parse(argument)) };
  } catch (error) {
    return refusal(error);
  }
}

async function answerLater(operation: Asynchronous, argument: string): Promise<HostAnswer> {
  try {
    return { ok: true, value: await operation(JSON.parse(argument)) };
  } catch (error) {
    return refusal(error);
  }
}

/**
 * Makes what the runner does for the web platform of one invocation. Its codes are the names of errors.
 *
 * @param key What random bytes come of; left out: they are random.
 */
export function createOperations(key?: string): Operations {
  const decoders = new TextDecoders();
  const codecs = new Codecs();
  const crypto = createCrypto();
  /** Short and bounded: they hold the runner's own thread. */
  const synchronous: { readonly [op: string]: Synchronous } = {
    random: createRandom(key),
    'idna.toASCII': toAscii,
    'text.decode': (argument) => decoders.decode(argument),
  };
  const asynchronous: { readonly [family: string]: (method: string) => Asynchronous | undefined } =
    {
      crypto,
      compression: (method) => codecs.operation(method),
    };
  return {
    asynchronous(op) {
      const [family = '', method = ''] = op.split('.', 2);
      const find = Object.hasOwn(asynchronous, family) ? asynchronous[family] : undefined;
      const operation = find?.(method);
      return (
        operation && (async (argument) => JSON.stringify(await answerLater(operation, argument)))
      );
    },
    synchronous(op, argument) {
      const operation = Object.hasOwn(synchronous, op) ? synchronous[op] : undefined;
      return operation && JSON.stringify(answer(operation, argument));
    },
  };
}

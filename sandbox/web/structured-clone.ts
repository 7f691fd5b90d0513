/**
 * `structuredClone`.
 *
 * @see https://html.spec.whatwg.org/multipage/structured-data.html
 */
import { deserialize } from './structured-deserialize.ts';
import { serialize } from './structured-serialize.ts';
import { requireArguments, toDictionary, toSequence } from './webidl.ts';

function toTransferable(value: unknown): object {
  if (typeof value !== 'object' || value === null)
    throw new TypeError('Only objects are transferred');
  return value;
}

export function structuredClone(value: unknown, options: unknown = undefined): unknown {
  requireArguments(arguments.length, 1, 'structuredClone');
  const { transfer } = toDictionary(options, 'StructuredSerializeOptions');
  const list = transfer === undefined ? [] : toSequence(transfer, toTransferable, 'transfer');
  return deserialize(serialize(value, list));
}

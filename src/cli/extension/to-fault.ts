import type { Fault } from '../../config/config.ts';
import { isEntradaError } from '../../errors.ts';

/** An error as one of the faults that are told of an extension. Other errors than Entrada's own pass: they end the command. */
export function toFault(error: unknown): Fault {
  if (!isEntradaError(error)) throw error;
  const { code, message, next, position } = error;
  return {
    severity: 'error',
    code,
    message,
    path: '',
    ...(next === undefined ? {} : { next }),
    ...(position === undefined ? {} : { position }),
  };
}

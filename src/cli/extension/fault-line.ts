import type { Fault } from '../../config/config.ts';
import { excerptOf } from '../../extensions/excerpt.ts';

/** The fault with the line that it is at, for the caret below it. */
export function withLine(fault: Fault): Fault {
  const { position, line } = fault;
  if (position === undefined || line !== undefined) return fault;
  const found = excerptOf('/', position).find(({ caret }) => caret !== null);
  return found ? { ...fault, line: found.text, caret: position.column } : fault;
}

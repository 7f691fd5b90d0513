import type { Json } from './contract.ts';
import { JSONParse, JSONStringify } from './web/primordials.ts';

/** What JSON keeps of a value, in objects of this realm: getters and `toJSON` of the guest have run, and run no more. */
export function plain(value: unknown): Json {
  return JSONParse(JSONStringify(value) ?? 'null');
}

import { createContext, Script } from 'node:vm';

import type { Boot, Call } from '../../../../sandbox/contract.ts';

/** A run of the platform alone, so that V8 has compiled what every isolate runs. */
const CALL = {
  hook: 'evaluate',
  event: {},
  config: {},
  tokens: {},
  secrets: {},
} as const;

/** What an extension that fetches runs nearly always: sends, reads JSON, writes a line of the log. */
const FETCHING = `
  fetch('https://a.test/', { headers: { a: 'b' } }).then(() => {}, () => {});
  new Response('{"a":[1]}', { headers: { 'content-type': 'application/json' } }).json().then(() => {});
  console.log('a', { b: [1] });
`;

/** For whom a code cache is made. */
export interface CodeCacheProfile {
  /**
   * Takes in what extensions use that fetch. Making an isolate then takes a third of a millisecond longer, and the first
   * request in it two milliseconds less.
   */
  readonly fetches: boolean;
}

/**
 * Makes the code cache of the platform: V8's code of what was run, here in a context of this process, which never runs
 * guest code. V8 accepts it in isolates of processes of the same version and flags.
 *
 * @param source The platform's script.
 * @throws {Error} When the script does not evaluate to its `boot`.
 */
export function makeCodeCache(source: string, { fetches }: CodeCacheProfile): Buffer {
  const script = new Script(source, { filename: 'entrada:platform' });
  const context = createContext({});
  const boot: unknown = script.runInContext(context);
  if (!isBoot(boot)) throw new Error('the platform has no boot');
  const receive = boot(
    () => {},
    () => '{"ok":true,"value":""}',
  );
  receive('invoke', 0, JSON.stringify(CALL satisfies Partial<Call>));
  if (fetches) new Script(FETCHING).runInContext(context);
  return script.createCachedData();
}

function isBoot(value: unknown): value is Boot {
  return typeof value === 'function';
}

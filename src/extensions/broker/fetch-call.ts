import type { FetchCall } from '../../../sandbox/contract.ts';

/** More are no request of an API. */
const MAX_HEADERS = 200;

const MODES: ReadonlySet<unknown> = new Set<FetchCall['redirect']>(['follow', 'error', 'manual']);

const isText = (value: unknown): boolean => typeof value === 'string';

const isPair = (value: unknown): boolean =>
  Array.isArray(value) && value.length === 2 && isText(value[0]) && isText(value[1]);

const CHECKS: { readonly [name in keyof FetchCall]: (value: unknown) => boolean } = {
  url: isText,
  method: isText,
  headers: (value) => Array.isArray(value) && value.length <= MAX_HEADERS && value.every(isPair),
  body: (value) => value === null || isText(value),
  redirect: (value) => MODES.has(value),
};

const MEMBERS = Object.entries(CHECKS);

/**
 * The members of a `FetchCall` and nothing else. The isolate is hostile, so that each is looked at; written out, not
 * described by a schema: a schema took three times as long, and it stands on the way of every request.
 */
export function isFetchCall(argument: unknown): argument is FetchCall {
  if (typeof argument !== 'object' || argument === null) return false;
  if (Object.keys(argument).length !== MEMBERS.length) return false;
  return MEMBERS.every(
    ([name, check]) => Object.hasOwn(argument, name) && check(Reflect.get(argument, name)),
  );
}

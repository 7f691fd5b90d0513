/**
 * What an isolate plays in idle time, before there is an invocation, so that nobody waits while it is evaluated and compiled.
 * Guest code has not run yet, and none of the objects that are made here can be reached by it.
 */
import type { Call, FetchAnswer, HostAnswer, SignIn } from './contract.ts';
import { parts } from './web/parts.ts';
import { RegExpExec } from './web/primordials.ts';

const URL_OF_NOBODY = 'https://a.test/';

/** What the made-up host answers: JSON text of a `HostAnswer`. */
export function madeUpAnswer(): string {
  const value: FetchAnswer = {
    url: URL_OF_NOBODY,
    redirected: false,
    status: 200,
    statusText: 'OK',
    headers: [['content-type', 'application/json']],
    body: '{}',
    isText: true,
  };
  return JSON.stringify({ ok: true, value: { ...value } } satisfies HostAnswer);
}

/** The language itself keeps what was matched last, in `RegExp.lastMatch` and its like: nothing, as at the start. */
const NOTHING = /(?:)/;

/** V8 evaluates and compiles at the first time, and from the second on it remembers what it met. */
const TIMES = 2;

/** Fetches as most extensions do: with a header, the answer read as JSON. */
export async function playFetch(): Promise<void> {
  for (let time = 0; time < TIMES; time++) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other: they share what is remembered
    const response = await parts.fetch().fetch(URL_OF_NOBODY, { headers: { a: 'b' } });
    // oxlint-disable-next-line no-await-in-loop -- as above
    await (response as unknown as { json(): Promise<unknown> }).json();
  }
  RegExpExec(NOTHING, '');
}

/** As most calls are: the members of each object, in the order in which the gateway tells them. */
function madeUpCall(): string {
  const named = { id: 'a', name: 'a' };
  const event: SignIn = {
    id: 'a',
    principal: {
      username: 'a',
      oid: 'a',
      tid: 'a',
      sub: 'a',
      upn: 'a',
      email: 'a',
      name: 'a',
      groups: [named],
      entraGroups: [{ oid: 'a', name: 'a' }],
      roles: [named],
      claims: { a: ['a'] },
    },
    method: { id: 'a', type: 'a', name: 'a' },
    service: { type: 'a', path: '/' },
    request: { address: 'a', userAgent: 'a', path: '/' },
    tokens: [{ resource: 'a', scopes: ['a'], expiresAt: 1 }],
    shared: {},
    invocation: 'a',
    attempt: 1,
    idempotencyKey: 'a',
    deadline: 1,
  };
  return JSON.stringify({
    hook: 'decide',
    event,
    config: { a: ['a'] },
    tokens: { a: 'a' },
    secrets: { a: 'a' },
    deadline: 1,
    resultLength: 1,
    messageLength: 1,
  } satisfies Call);
}

/** Takes calls as the first one will be taken, up to the hook. */
export function playCall(take: (text: string) => void): void {
  const text = madeUpCall();
  for (let time = 0; time < TIMES; time++) take(text);
}

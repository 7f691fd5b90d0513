import test from 'ava';
import fc from 'fast-check';
import { EntraError } from '../../src/entra/entra-error.ts';
import { FLOWS } from '../../src/entra/flow.ts';
import {
  readParameters,
  readResponse,
  statesOf,
  type AuthorizationAnswer,
} from '../../src/entra/response.ts';

const NAMES = [
  'state',
  'code',
  'id_token',
  'access_token',
  'token_type',
  'error',
  'iss',
  'scope',
  'client_info',
  'constructor',
];

const parameters = fc.array(
  fc.tuple(
    fc.oneof(fc.constantFrom(...NAMES), fc.string()),
    fc.oneof(fc.string(), fc.constant('Bearer')),
  ),
  { maxLength: 12 },
);

const answerOf = (list: readonly (readonly [string, string])[]): AuthorizationAnswer => ({
  method: 'x',
  transport: 'form_post',
  parameters: list,
  cookies: {},
});

/** The code of the refusal; undefined when there is none. */
function refusalOf(work: () => unknown): string | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    if (error instanceof EntraError) return error.code;
    throw error;
  }
}

test('known parameters are read once each and never empty, or the answer is refused [27] [28]', (t) => {
  fc.assert(
    fc.property(parameters, (list) => {
      const known = list.filter(([name]) => NAMES.slice(0, 8).includes(name));
      const hasDuplicate = new Set(known.map(([name]) => name)).size !== known.length;
      const refusal = refusalOf(() => readParameters(answerOf(list)));
      if (hasDuplicate) return refusal === 'ENTRA_RESPONSE_DUPLICATE';
      const read: object = readParameters(answerOf(list));
      return Object.entries(read).every(
        ([name, value]) =>
          value !== '' && list.some(([one, text]) => one === name && text === value),
      );
    }),
  );
  t.pass();
});

test('of any answer only what was asked for is taken, all of it, or it is refused [26]', (t) => {
  fc.assert(
    fc.property(parameters, fc.constantFrom(...Object.values(FLOWS)), (list, flow) => {
      let read;
      try {
        read = readResponse(readParameters(answerOf(list)), 'form_post', flow.responseType);
      } catch (error) {
        return error instanceof EntraError && error.code.startsWith('ENTRA_RESPONSE_');
      }
      const { code, idToken, accessToken } = read;
      const held = [code && 'code', idToken && 'id_token', accessToken && 'access_token'];
      return (
        held.filter((name) => name !== null).join() ===
        ['code', 'id_token', 'access_token']
          .filter((name) => flow.artifacts.some((one) => one === name))
          .join()
      );
    }),
    { numRuns: 1000 },
  );
  t.pass();
});

test('an answer makes at most four sign-ins void, however many states it names [27]', (t) => {
  const list = Array.from({ length: 1000 }, (_, index) => ['state', String(index % 10)] as const);
  t.is(statesOf(answerOf(list)).length, 4);
});

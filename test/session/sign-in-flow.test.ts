import test from 'ava';

import type { InteractiveMethod, MethodVerdict } from '../../src/authentication/method.ts';
import { EntraInteractionError } from '../../src/entra/entra-error.ts';
import type { FinishedSignIn } from '../../src/entra/finish.ts';
import { createSignInFlow, type SignInFlowDeps } from '../../src/session/sign-in-flow.ts';
import type { SignInOutcome } from '../../src/session/sign-in.ts';
import type { SignInRecord } from '../../src/session/record.ts';
import type { Change } from '../../src/store/store.ts';
import { ADA, FILES, METHOD, method, TENANT } from '../_support/people.ts';

const SIGNED_IN: FinishedSignIn = {
  service: 'file-browser /',
  returnTo: '/',
  challenged: false,
  correlationId: 'correlation',
  identity: {
    tid: TENANT,
    oid: ADA,
    sub: 'subject',
    sid: null,
    preferredUsername: 'ada',
    email: null,
    name: null,
    guest: false,
    claims: {},
    groups: null,
  },
  tokens: { accessTokens: [], refreshToken: null },
  uti: null,
  remarks: [],
  durations: { tokensMs: 0, groupsMs: 0 },
};

interface Finished {
  readonly outcome: Promise<SignInOutcome>;
  readonly records: readonly SignInRecord[];
  readonly changes: readonly Change[];
}

/** Finishes a sign-in of which a method says this. No part is asked that is not there. */
function finish(
  verdict: MethodVerdict,
  begin: InteractiveMethod['begin'] = () => Promise.reject(new Error('not asked')),
): Finished {
  const records: SignInRecord[] = [];
  const changes: Change[] = [];
  const entra: InteractiveMethod = {
    id: METHOD,
    type: 'entra-id',
    name: 'Contoso',
    adminConsentUrl: null,
    begin,
    finish: async () => verdict,
    leave: async () => null,
  };
  const deps = {
    config: { authentications: [method()], services: [FILES], groups: [], roles: [] },
    methods: new Map([[METHOD, entra]]),
    extensions: null,
    store: { commit: async (given: readonly Change[]) => void changes.push(...given) },
    clock: () => 0,
    ended: (record: SignInRecord) => void records.push(record),
  };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as much of it as these sign-ins come to
  const flow = createSignInFlow(deps as unknown as SignInFlowDeps);
  const answer = { transport: 'query', parameters: [], cookies: {} } as const;
  const from = { method: METHOD, address: '203.0.113.7', userAgent: 'test' };
  return { outcome: flow.finish({ ...answer, ...from }), records, changes };
}

test('whoever comes back to a service that is gone has no session, and nothing is kept of it', async (t) => {
  const signedIn = { ...SIGNED_IN, service: 'forward-auth /gone' };
  const { outcome, records, changes } = finish({ verdict: 'accept', signedIn });
  t.like(await outcome, {
    outcome: 'failed',
    code: 'SERVER_NOT_FOUND',
    service: null,
    returnTo: null,
    clear: null,
  });
  t.like(records[0], { outcome: 'failed', reason: 'the service is gone' });
  t.deepEqual(changes, []);
});

test('what breaks at the beginning of one more round is thrown, and ends no sign-in', async (t) => {
  const { service, returnTo, challenged } = SIGNED_IN;
  const error = new EntraInteractionError('ENTRA_INTERACTION_REQUIRED', 'more is wanted', {
    signIn: { service, returnTo, challenged },
    challenge: { prompt: 'login' },
  });
  const broken = new TypeError('it broke');
  const { outcome, records, changes } = finish({ verdict: 'reject', error }, () =>
    Promise.reject(broken),
  );
  t.is(await t.throwsAsync(outcome), broken);
  t.deepEqual([records, changes], [[], []]);
});

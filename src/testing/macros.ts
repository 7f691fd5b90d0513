import { isEntradaError } from '../errors.ts';
import type {
  Accept,
  Challenge,
  Deny,
  Failure,
  JsonObject,
  Patch,
} from '../../sandbox/contract.ts';
import { type MadeUpSignIn, madeUpSignIn } from './made-up.ts';
import type { MadeUpCredentials } from './made-up-credentials.ts';
import type { EventName, MadeUpEvent } from './made-up-event.ts';
import { MadeUpPerson } from './person.ts';
import { createTestHost, type TestHost, type TestHostOptions } from './test-host.ts';

/** What macros need of AVA's `t`. */
export interface Assertions {
  readonly deepEqual: (actual: unknown, expected: unknown, message?: string) => unknown;
  readonly like: (actual: object, selector: object, message?: string) => unknown;
}

/** What a test is about: a host, and who signs in. Default: Jane, of whom nothing is known. */
export type Scenario = TestHostOptions & { readonly signIn?: MadeUpSignIn | MadeUpPerson };

/** A macro of AVA: `test('title', allows, scenario)`. */
export interface TestMacro<Args extends readonly unknown[]> {
  readonly exec: (t: Assertions, ...given: Args) => Promise<void>;
  readonly title: (given: string | undefined, ...rest: Args) => string;
}

/** Members of a denial that have to be so, or its code. */
export type ExpectedDenial = string | Partial<Omit<Deny, 'decision'>>;

/** The sign-in is allowed, and every canned answer was used. */
export const allows: TestMacro<[Scenario]> = {
  title: (given) => given ?? 'allows',
  exec: (t, scenario) =>
    inHost(scenario, async (host, signIn) => {
      const { decision, failure } = await host.decide(signIn);
      t.deepEqual({ decision, failure }, { decision: { decision: 'allow' }, failure: null });
    }),
};

/** The sign-in is denied, with this code or these texts, and every canned answer was used. */
export const denies: TestMacro<[Scenario, ExpectedDenial]> = {
  title: (given, _, expected) =>
    given ??
    `denies: ${typeof expected === 'string' ? expected : (expected.code ?? 'by its text')}`,
  exec: (t, scenario, expected) =>
    inHost(scenario, async (host, signIn) => {
      const { decision, failure } = await host.decide(signIn);
      const denial = typeof expected === 'string' ? { code: expected } : expected;
      t.like({ ...decision, failure }, { decision: 'deny', failure: null, ...denial });
    }),
};

/** The sign-in is challenged for this, and every canned answer was used. */
export const challenges: TestMacro<[Scenario, Omit<Challenge, 'decision'>]> = {
  title: (given) => given ?? 'challenges',
  exec: (t, scenario, expected) =>
    inHost(scenario, async (host, signIn) => {
      const { decision } = await host.decide(signIn);
      t.deepEqual(decision, { decision: 'challenge', ...expected });
    }),
};

/** `decide` fails, so that nobody gets in, and every canned answer was used. */
export const fails: TestMacro<[Scenario, Partial<Failure>]> = {
  title: (given, _, { kind, code }) => given ?? `fails: ${code ?? kind ?? ''}`,
  exec: (t, scenario, expected) =>
    inHost(scenario, async (host, signIn) => {
      const { decision, failure } = await host.decide(signIn);
      t.like({ decision, failure }, { decision: null, failure: expected });
    }),
};

/** `enrich` gives exactly this patch, and every canned answer was used. */
export const enriches: TestMacro<[Scenario, Patch]> = {
  title: (given) => given ?? 'enriches',
  exec: (t, scenario, expected) =>
    inHost(scenario, async (host, signIn) => {
      const { patch, failure } = await host.enrich(signIn);
      t.deepEqual({ patch, failure }, { patch: expected, failure: null });
    }),
};

/** `authenticate` accepts what is typed, as this person, and every canned answer was used. */
export const accepts: TestMacro<[TestHostOptions, MadeUpCredentials, Omit<Accept, 'verdict'>]> = {
  title: (given) => given ?? 'accepts',
  exec: (t, options, typed, expected) =>
    inHostFor(options, async (host) => {
      const { verdict, failure } = await host.authenticate(typed);
      t.deepEqual(
        { verdict, failure },
        { verdict: { verdict: 'accept', ...expected }, failure: null },
      );
    }),
};

/** `authenticate` rejects what is typed, with this code, and every canned answer was used. */
export const rejects: TestMacro<[TestHostOptions, MadeUpCredentials, string]> = {
  title: (given, _, __, code) => given ?? `rejects: ${code}`,
  exec: (t, options, typed, code) =>
    inHostFor(options, async (host) => {
      const { verdict, failure } = await host.authenticate(typed);
      t.like({ ...verdict, failure }, { verdict: 'reject', code, failure: null });
    }),
};

/** `authenticate` leaves what is typed to the next method, without a request. */
export const passesOn: TestMacro<[TestHostOptions, MadeUpCredentials]> = {
  title: (given) => given ?? 'passes on',
  exec: (t, options, typed) =>
    inHostFor(options, async (host) => {
      const { verdict, failure, requests } = await host.authenticate(typed);
      t.deepEqual(
        { verdict, failure, requests },
        { verdict: { verdict: 'next' }, failure: null, requests: [] },
      );
    }),
};

/** The hook of an event ends well, and every canned answer was used. */
export const hears: TestMacro<[TestHostOptions, EventName, MadeUpEvent<EventName>]> = {
  title: (given, _, name) => given ?? `hears: ${name}`,
  exec: (t, options, name, event) =>
    inHostFor(options, async (host) => {
      t.deepEqual((await host.emit(name, event)).failure, null);
    }),
};

/** The hook of an event fails so, to be told again, and every canned answer was used. */
export const failsToHear: TestMacro<
  [TestHostOptions, EventName, MadeUpEvent<EventName>, Partial<Failure>]
> = {
  title: (given, _, name) => given ?? `fails to hear: ${name}`,
  exec: (t, options, name, event, expected) =>
    inHostFor(options, async (host) => {
      t.like({ failure: (await host.emit(name, event)).failure }, { failure: expected });
    }),
};

/** The manifest, the grant or this config is refused before anything runs; `JsonObject` is the config. */
export const refusesConfig: TestMacro<[Scenario, JsonObject]> = {
  title: (given) => given ?? 'refuses the config',
  exec: async (t, scenario, config) => {
    const started = await createTestHost({ ...scenario, config }).then(
      async (host) => {
        await host[Symbol.asyncDispose]();
        return 'accepted';
      },
      (error: unknown) => (isEntradaError(error) ? error.code : error),
    );
    t.deepEqual(started, 'EXTENSION_MANIFEST_INVALID');
  },
};

async function inHostFor(
  options: TestHostOptions,
  run: (host: TestHost) => Promise<void>,
): Promise<void> {
  await using host = await createTestHost(options);
  await run(host);
  host.assertHttpUsed();
}

async function inHost(
  { signIn = madeUpSignIn(), ...options }: Scenario,
  run: (host: TestHost, signIn: MadeUpSignIn) => Promise<void>,
): Promise<void> {
  await inHostFor(options, (host) =>
    run(host, signIn instanceof MadeUpPerson ? signIn.signIn() : signIn),
  );
}

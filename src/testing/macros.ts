import { isEntradaError } from '../errors.ts';
import type { Challenge, Deny, Failure, JsonObject, Patch } from '../../sandbox/contract.ts';
import { type MadeUpSignIn, madeUpSignIn } from './made-up.ts';
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

async function inHost(
  { signIn = madeUpSignIn(), ...options }: Scenario,
  run: (host: TestHost, signIn: MadeUpSignIn) => Promise<void>,
): Promise<void> {
  await using host = await createTestHost(options);
  await run(host, signIn instanceof MadeUpPerson ? signIn.signIn() : signIn);
  host.assertHttpUsed();
}

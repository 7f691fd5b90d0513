/**
 * The test kit for authors of extensions, in one import: `import { createTestHost, person } from 'entrada/testing'`.
 *
 * @module
 */
export { type ApiServer, byOrigin, type Listener, startApi } from './api-server.ts';
export {
  type Answerer,
  cannedHttp,
  type CannedAnswer,
  type CannedHttp,
  type CannedRoutes,
} from './canned-http.ts';
export type { TestGrant, TestSecrets } from './grant.ts';
export {
  accepts,
  allows,
  type Assertions,
  challenges,
  denies,
  enriches,
  type ExpectedDenial,
  fails,
  failsToHear,
  hears,
  passesOn,
  refusesConfig,
  rejects,
  type Scenario,
  type TestMacro,
} from './macros.ts';
export { madeUpSignIn, type MadeUp, type MadeUpSignIn } from './made-up.ts';
export type { Enqueues, EventName, MadeUpAttempt, MadeUpEvent } from './made-up-event.ts';
export type { MadeUpCredentials } from './made-up-credentials.ts';
export { type MadeUpPerson, person } from './person.ts';
export type { FixtureRun } from '../extensions/replay/run-fixture.ts';
export { replay } from './replay.ts';
export {
  type AnyRun,
  decisionTable,
  type NamedSignIns,
  type RunSnapshot,
  type ShadowDiff,
  shadowDiff,
  toSnapshot,
} from './snapshot.ts';
export {
  createTestHost,
  type ShadowRun,
  type TestHost,
  type TestHostOptions,
  type TestRun,
} from './test-host.ts';
export { startTenant, type TenantPerson, type TestTenant, type TestTokens } from './test-tenant.ts';
export { testTime, type TestTime, type TimeSpan } from './test-time.ts';

/**
 * The test kit for authors of extensions: `import { createTestHost } from 'entrada/testing'`.
 *
 * @module
 */
export { cannedHttp, type CannedAnswer, type CannedRoutes } from './canned-http.ts';
export type { TestGrant, TestSecrets } from './grant.ts';
export { madeUpSignIn, type MadeUp, type MadeUpSignIn } from './made-up.ts';
export { createTestHost, type TestHost, type TestHostOptions, type TestRun } from './test-host.ts';

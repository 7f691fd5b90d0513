import type { EmulatorRequest } from '../http/request.ts';
import type { Application } from '../tenant/application.ts';
import type { Subject } from '../tokens/subject.ts';
import type { SignInResult } from './sign-in/sign-in.ts';

/** Whom tokens are about, after a sign-in in a browser; how the client proves itself is not known yet. */
export const subjectOf = (
  request: EmulatorRequest,
  app: Application,
  { tenant, person, account }: SignInResult,
  capabilities: readonly string[],
): Subject => ({
  tenant,
  app,
  person,
  sid: account.sid,
  authTime: Math.floor(account.authenticatedAt / 1000),
  generation: account.generation,
  amr: account.amr,
  acrs: account.acrs,
  capabilities,
  address: request.address,
  clientProof: '0',
});

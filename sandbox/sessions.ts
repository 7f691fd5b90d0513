/** `ctx.sessions`: what an extension may do about sessions. The host checks everything; its answers are trusted. */
import { plain } from './plain.ts';
import type { SessionPower } from './sdk.ts';
import type { Host } from './web/host.ts';
import { ObjectFreeze } from './web/primordials.ts';

export function createSessionPower(host: Host): SessionPower {
  return ObjectFreeze({
    end: async ({ oid, tid, signIn }, code) =>
      (await host.call('sessions.end', plain({ oid, tid, signIn, code }))) as never,
  } satisfies SessionPower);
}

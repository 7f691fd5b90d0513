import type { ServiceConfig } from '../config/config.ts';
import type { SignInRecord } from '../session/record.ts';
import type { Session } from '../session/session.ts';
import { photoAddress } from './addresses.ts';
import { whoAmIPage } from './pages/who-am-i-page.ts';
import type { Parts } from './parts.ts';
import { giveJson, showPage } from './respond.ts';
import type { Route } from './route.ts';
import { withSignOut } from './sign-out.ts';

/** The page of a service that tells a signed-in person who they are there, and how that came about. */
export function whoAmIRoute(service: ServiceConfig, { records, photos, config }: Parts): Route {
  return {
    name: `who-am-i-${service.type}`,
    method: 'GET',
    path: service.path,
    access: 'session',
    service,
    async handle({ wantsJson }, session) {
      const record = await records.get(session.signIn);
      const photo = photos.shows(session) ? photoAddress(service) : null;
      if (wantsJson) return giveJson(asJson(session, record));
      return withSignOut(showPage(whoAmIPage(session, record, photo)), config);
    },
  };
}

/** The session's own id stays here: with it an administrator ends sessions. */
function asJson(session: Session, record: SignInRecord | undefined): object {
  const { signIn, service, method, principal, tokens, createdAt, endsAt, idleMs } = session;
  const { groups = null, extensions = [] } = record ?? {};
  return {
    principal,
    tokens,
    session: { signIn, service, method, createdAt, endsAt, idleMs },
    groups,
    extensions,
  };
}

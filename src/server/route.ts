import type { ServiceConfig } from '../config/config.ts';
import type { Session } from '../session/session.ts';
import type { Answer } from './answer.ts';
import type { Incoming } from './incoming.ts';

interface Common {
  /** In the log and in metrics. */
  readonly name: string;
  readonly method: 'GET' | 'POST';
  /** Exact; no pattern. */
  readonly path: string;
  /** True for the address that is told from `/` by its raw query. */
  readonly onRedirectUri?: boolean;
  /** Says of a request whether it begins a sign-in: those are counted per address. */
  readonly beginsSignIn?: (request: Pick<Incoming, 'query'>) => boolean;
}

/** Anybody may ask. */
interface PublicRoute extends Common {
  readonly access: 'public';
  handle(request: Incoming): Promise<Answer>;
}

/** Only a page of this gateway may ask. */
interface SameOriginRoute extends Common {
  readonly access: 'same-origin';
  handle(request: Incoming): Promise<Answer>;
}

/** Only who is signed in at the service may ask. */
interface SessionRoute extends Common {
  readonly access: 'session';
  readonly service: ServiceConfig;
  handle(request: Incoming, session: Session): Promise<Answer>;
}

/**
 * One address and what it does. Who may ask is a property of the address itself: there is no guard on a prefix that could
 * read a path in another way than the router does.
 */
export type Route = PublicRoute | SameOriginRoute | SessionRoute;

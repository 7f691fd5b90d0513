import { z } from 'zod';

import { askGateway } from './admin-client.ts';

/** A session, as the gateway lists it. Times in milliseconds since 1970-01-01 UTC. */
export interface ListedSession {
  readonly id: string;
  readonly signIn: string;
  readonly service: { readonly type: string; readonly path: string };
  readonly method: string;
  readonly person: {
    readonly username: string;
    readonly name: string | null;
    readonly tid: string;
    readonly oid: string;
  };
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly endsAt: number;
  readonly address: string;
  readonly userAgent: string;
}

const SESSION: z.ZodType<ListedSession> = z.object({
  id: z.string(),
  signIn: z.string(),
  service: z.object({ type: z.string(), path: z.string() }),
  method: z.string(),
  person: z.object({
    username: z.string(),
    name: z.string().nullable(),
    tid: z.string(),
    oid: z.string(),
  }),
  createdAt: z.number(),
  expiresAt: z.number(),
  endsAt: z.number(),
  address: z.string(),
  userAgent: z.string(),
});

const PAGE = z.object({ sessions: z.array(SESSION), next: z.string().nullable() });
const ENDED = z.object({ ended: z.number() });
const MISSING =
  'there is no such session: it has ended, or its id is not as "entrada sessions list" prints it';

/** Asks the gateway for all sessions, or all of a person, page by page. */
export async function allSessions(
  config: string,
  person: string | undefined,
): Promise<readonly ListedSession[]> {
  const found: ListedSession[] = [];
  for (let after: string | null = ''; after !== null;) {
    const query = new URLSearchParams({ after, ...(person === undefined ? {} : { person }) });
    // oxlint-disable-next-line no-await-in-loop -- a page is asked for by the end of the one before
    const page: z.infer<typeof PAGE> = await askGateway(
      config,
      'GET',
      `/sessions?${query.toString()}`,
      PAGE,
    );
    found.push(...page.sessions);
    after = page.next;
  }
  return found;
}

/**
 * Tells the gateway to end sessions.
 *
 * @param path `/sessions/ID` or `/sessions?person=NAME`.
 * @returns How many ended.
 */
export async function endSessions(config: string, path: string): Promise<number> {
  const { ended } = await askGateway(config, 'DELETE', path, ENDED, { missing: MISSING });
  return ended;
}

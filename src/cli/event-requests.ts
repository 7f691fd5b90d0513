import { z } from 'zod';

import { askGateway } from './admin-client.ts';

/** An event, as the gateway lists it. Times in milliseconds since 1970-01-01 UTC. */
export interface ListedEvent {
  readonly id: string;
  readonly extension: string;
  readonly name: string;
  readonly state: 'waiting' | 'running' | 'dead';
  readonly signIn: string;
  readonly createdAt: number;
  readonly dueAt: number;
  readonly attempts: number;
  readonly failure: {
    readonly kind: string;
    readonly code: string;
    readonly message: string;
    readonly frames: readonly {
      readonly file: string;
      readonly line: number;
      readonly column: number;
    }[];
  } | null;
}

/** All that the gateway says of an event. */
export interface ShownEvent extends ListedEvent {
  readonly tokens: string;
  readonly method: string;
  readonly event: object;
}

const fields = {
  id: z.string(),
  extension: z.string(),
  name: z.string(),
  state: z.enum(['waiting', 'running', 'dead']),
  signIn: z.string(),
  createdAt: z.number(),
  dueAt: z.number(),
  attempts: z.number(),
  failure: z
    .object({
      kind: z.string(),
      code: z.string(),
      message: z.string(),
      frames: z.array(z.object({ file: z.string(), line: z.number(), column: z.number() })),
    })
    .nullable(),
};

const EVENT: z.ZodType<ListedEvent> = z.object(fields);

const DETAILS: z.ZodType<ShownEvent> = z.object({
  ...fields,
  tokens: z.string(),
  method: z.string(),
  event: z.looseObject({}),
});

const MISSING =
  'there is no such event: it is done, thrown away or under way, or its id is not as "entrada events list" prints it';

const PAGE = z.object({ events: z.array(EVENT), next: z.string().nullable() });

/** Which events are asked for. */
export interface EventQuery {
  readonly extension?: string | undefined;
  readonly state?: string | undefined;
}

/** Asks the gateway for all events, page by page. */
export async function allEvents(
  config: string,
  query: EventQuery,
): Promise<readonly ListedEvent[]> {
  const found: ListedEvent[] = [];
  for (let after: string | null = ''; after !== null;) {
    // oxlint-disable-next-line no-await-in-loop -- a page is asked for by the end of the one before
    const page: z.infer<typeof PAGE> = await askGateway(
      config,
      'GET',
      `/events${search({ ...query, after })}`,
      PAGE,
    );
    found.push(...page.events);
    after = page.next;
  }
  return found;
}

/** Asks the gateway for one event. */
export function oneEvent(config: string, id: string): Promise<ShownEvent> {
  return askGateway(config, 'GET', pathOf(id), DETAILS, { missing: MISSING });
}

/** Has an event tried again, or all that are dead. Answers how many. */
export async function replayEvents(
  config: string,
  id: string | undefined,
  query: EventQuery,
): Promise<number> {
  const path = id === undefined ? `/events/replay${search(query)}` : `${pathOf(id)}/replay`;
  const answer = z.object({ replayed: z.number() });
  return (await askGateway(config, 'POST', path, answer, { missing: MISSING })).replayed;
}

/** Throws an event away, or all that are dead. Answers how many. */
export async function discardEvents(
  config: string,
  id: string | undefined,
  query: EventQuery,
): Promise<number> {
  const path = id === undefined ? `/events${search(query)}` : pathOf(id);
  const answer = z.object({ discarded: z.number() });
  return (await askGateway(config, 'DELETE', path, answer, { missing: MISSING })).discarded;
}

const pathOf = (id: string): string => `/events/${encodeURIComponent(id)}`;

function search(query: EventQuery & { readonly after?: string }): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined);
  return `?${new URLSearchParams(given).toString()}`;
}

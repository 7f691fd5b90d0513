import { EntradaError } from '../errors.ts';
import type { EventDesk, EventFilter } from '../events/desk.ts';
import type { Answer } from './answer.ts';
import type { PlainRoute } from './plain-server.ts';
import { giveJson } from './respond.ts';

/** Events in one answer. */
const PAGE = 200;

/**
 * What is done in the background, for the administration socket:
 *
 * - `GET /events?state=&extension=&after=` answers `{ events, next }`
 * - `GET /events/ID` answers all of one
 * - `POST /events/ID/replay` and `POST /events/replay?extension=` answer `{ replayed }`
 * - `DELETE /events/ID` and `DELETE /events?extension=` answer `{ discarded }`
 *
 * Without an id those that are dead are meant.
 */
export function eventRoutes(desk: EventDesk): readonly PlainRoute[] {
  return [
    { method: 'GET', path: /^\/events$/, handle: (_, query) => list(query, desk) },
    { method: 'GET', path: /^\/events\/([^/]+)$/, handle: ([id]) => show(id, desk) },
    {
      method: 'POST',
      path: /^\/events\/replay$/,
      handle: async (_, query) => giveJson({ replayed: await desk.replayDead(extensionOf(query)) }),
    },
    {
      method: 'POST',
      path: /^\/events\/([^/]+)\/replay$/,
      handle: async ([id]) => giveJson({ replayed: oneOrNone(await desk.replay(id ?? '')) }),
    },
    {
      method: 'DELETE',
      path: /^\/events$/,
      handle: async (_, query) =>
        giveJson({ discarded: await desk.discardDead(extensionOf(query)) }),
    },
    {
      method: 'DELETE',
      path: /^\/events\/([^/]+)$/,
      handle: async ([id]) => giveJson({ discarded: oneOrNone(await desk.discard(id ?? '')) }),
    },
  ];
}

async function list(query: URLSearchParams, desk: EventDesk): Promise<Answer> {
  const extension = extensionOf(query);
  const state = stateOf(query.get('state'));
  const filter = { ...(extension !== undefined && { extension }), ...(state && { state }) };
  const events = await desk.list({ ...filter, after: query.get('after') ?? '', limit: PAGE });
  return giveJson({ events, next: events.length < PAGE ? null : (events.at(-1)?.id ?? null) });
}

async function show(id: string | undefined, desk: EventDesk): Promise<Answer> {
  const found = id === undefined ? undefined : await desk.show(id);
  if (!found) throw noEvent();
  return giveJson(found);
}

function extensionOf(query: URLSearchParams): string | undefined {
  return query.get('extension') ?? undefined;
}

function stateOf(given: string | null): EventFilter['state'] {
  if (given === null || given === 'waiting' || given === 'dead') return given ?? undefined;
  throw new EntradaError('SERVER_FORM_INVALID', 'state is waiting or dead');
}

function oneOrNone(done: boolean): 1 {
  if (!done) throw noEvent();
  return 1;
}

const noEvent = (): EntradaError =>
  new EntradaError('SERVER_NOT_FOUND', 'there is no such event, or it is under way');

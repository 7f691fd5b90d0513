import { chmodSync, lstatSync, mkdirSync, unlinkSync } from 'node:fs';
import type { Server } from 'node:http';
import { connect } from 'node:net';
import { dirname } from 'node:path';

import { readGuid } from '../entra/guid.ts';
import { EntradaError } from '../errors.ts';
import type { EventDesk } from '../events/desk.ts';
import type { RecentSignIns } from '../session/recent-sign-ins.ts';
import type { SignInRecords } from '../session/records.ts';
import type { SessionPrincipal } from '../session/session.ts';
import type { ListedSession, Sessions } from '../session/sessions.ts';
import { eventRoutes } from './admin-events.ts';
import { type ExtensionDesk, extensionRoutes } from './admin-extensions.ts';
import type { Answer } from './answer.ts';
import { drain } from './http-server.ts';
import type { Log } from './log.ts';
import { createPlainServer } from './plain-server.ts';
import { giveJson } from './respond.ts';

/** What the administration of a running gateway works on. */
export interface AdminParts {
  readonly sessions: Sessions;
  readonly records: Pick<SignInRecords, 'get' | 'getEnd'>;
  readonly recent: Pick<RecentSignIns, 'endedAfter' | 'beginningWith'>;
  readonly events?: EventDesk;
  readonly extensions?: ExtensionDesk;
  readonly log: Log;
}

/** Sessions in one answer. */
const PAGE = 200;

/**
 * A Unix socket for the command line: who may open the file may end every session, so that only the user of the gateway
 * may. Small JSON over HTTP:
 *
 * - `GET /sessions?after=&limit=&person=` answers `{ sessions, next }`
 * - `DELETE /sessions/ID` and `DELETE /sessions?person=` answer `{ ended }`
 * - `GET /sign-ins/ID` answers the record
 * - `GET /sign-ins/ID/afterwards` answers `{ sessionEnd, events }`: what became of its session, and what is done in the background
 * - `GET /sign-ins?after=` answers `{ signIns }`: records of those that ended after a time in milliseconds, a hundred at most
 *
 * - what `eventRoutes` says of events, and `extensionRoutes` of extensions
 *
 * A person is a username, a principal name, an object id, or `tenant/object id`.
 *
 * @param path Of the socket. A file that a dead gateway left is replaced.
 * @throws {EntradaError} `SERVER_SOCKET_TAKEN` when a gateway answers there or the path is no socket, `SERVER_LISTEN`.
 */
export async function openAdminSocket(path: string, parts: AdminParts): Promise<AsyncDisposable> {
  await removeStale(path);
  const server = createPlainServer(
    [
      { method: 'GET', path: /^\/sessions$/, handle: (_, query) => list(query, parts) },
      { method: 'DELETE', path: /^\/sessions$/, handle: (_, query) => endPerson(query, parts) },
      { method: 'DELETE', path: /^\/sessions\/([\w-]+)$/, handle: ([id]) => endOne(id, parts) },
      { method: 'GET', path: /^\/sign-ins$/, handle: (_, query) => listEnded(query, parts) },
      { method: 'GET', path: /^\/sign-ins\/([\w-]+)$/, handle: ([id]) => explain(id, parts) },
      {
        method: 'GET',
        path: /^\/sign-ins\/([\w-]+)\/afterwards$/,
        handle: ([id]) => afterwards(id ?? '', parts),
      },
      ...(parts.events ? eventRoutes(parts.events) : []),
      ...(parts.extensions ? extensionRoutes(parts.extensions) : []),
    ],
    parts.log,
  );
  await listenPrivately(server, path);
  return { [Symbol.asyncDispose]: () => drain(server) };
}

async function list(query: URLSearchParams, { sessions }: AdminParts): Promise<Answer> {
  const person = query.get('person');
  if (person !== null) {
    const found = await allOf(person, sessions);
    return giveJson({ sessions: found.map(summary), next: null });
  }
  const limit = Math.min(Number(query.get('limit') ?? PAGE) || PAGE, PAGE);
  const page = await sessions.list({ limit, after: query.get('after') ?? '' });
  return giveJson({ sessions: page.sessions.map(summary), next: page.next });
}

async function endOne(id: string | undefined, { sessions }: AdminParts): Promise<Answer> {
  const ended = id !== undefined && (await sessions.end(id, 'revoked'));
  if (!ended) throw new EntradaError('SERVER_NOT_FOUND', 'no such session');
  return giveJson({ ended: 1 });
}

async function endPerson(query: URLSearchParams, { sessions }: AdminParts): Promise<Answer> {
  const person = query.get('person');
  if (!person) throw new EntradaError('SERVER_FORM_INVALID', 'person is missing');
  const ended = (await whoIs(person, sessions)).map(({ tid, oid }) =>
    sessions.endByPerson(tid, oid),
  );
  const counts = await Promise.all(ended);
  return giveJson({ ended: counts.reduce((sum, count) => sum + count, 0) });
}

async function listEnded(query: URLSearchParams, { recent }: AdminParts): Promise<Answer> {
  return giveJson({ signIns: recent.endedAfter(Number(query.get('after') ?? 0) || 0) });
}

async function explain(id: string = '', { records, recent }: AdminParts): Promise<Answer> {
  const record = await records.get(recent.beginningWith(id)?.id ?? id);
  if (record === undefined) throw new EntradaError('SERVER_NOT_FOUND', 'no such sign-in');
  return giveJson(record);
}

async function afterwards(id: string, { records, events }: AdminParts): Promise<Answer> {
  const [sessionEnd = null, told = []] = await Promise.all([
    records.getEnd(id),
    events?.ofSignIn(id),
  ]);
  return giveJson({ sessionEnd, events: told });
}

/** What a session is found by, whether or not it opens. */
type PersonKey = Pick<SessionPrincipal, 'tid' | 'oid'>;

/** `tenant/object id` is taken at its word: sessions that no configured key opens are found by the index alone. */
async function whoIs(person: string, sessions: Sessions): Promise<readonly PersonKey[]> {
  const key = readKey(person);
  if (key !== undefined) return [key];
  const found = await allOf(person, sessions);
  const people = new Map(found.map(({ session: { principal } }) => [keyOf(principal), principal]));
  return [...people.values()];
}

/** Ids of Entra in any case; those of other methods as they are, slashes among them. */
function readKey(person: string): PersonKey | undefined {
  const [, tid, oid] = /^([^/]+)\/(.+)$/.exec(person) ?? [];
  if (tid === undefined || oid === undefined) return undefined;
  return { tid: readGuid(tid) ?? tid, oid: readGuid(oid) ?? oid };
}

/** By the index for `tenant/object id`; for the names that people know, by looking at every session. */
async function allOf(person: string, sessions: Sessions): Promise<readonly ListedSession[]> {
  const key = readKey(person);
  if (key !== undefined) return sessions.ofPerson(key.tid, key.oid);
  const found: ListedSession[] = [];
  for (let after: string | null = ''; after !== null;) {
    // oxlint-disable-next-line no-await-in-loop -- a page is asked for by the end of the one before
    const page = await sessions.list({ limit: PAGE, after });
    found.push(...page.sessions.filter((one) => isPerson(one, person)));
    after = page.next;
  }
  return found;
}

/** Capitals tell no people apart, at Entra and in names of accounts: who is to be signed out is not missed for one. */
const isPerson = ({ session: { principal } }: ListedSession, person: string): boolean =>
  [principal.username, principal.upn, principal.oid].some(
    (name) => name?.toLowerCase() === person.toLowerCase(),
  );

const keyOf = ({ tid, oid }: PersonKey): string => `${tid}/${oid}`;

/** What an administrator sees: who, where, since when and until when. */
function summary({ session, expiresAt }: ListedSession): object {
  const { id, signIn, service, method, principal, createdAt, endsAt, address, userAgent } = session;
  const { username, tid, oid, name = null } = principal;
  const person = { username, name, tid, oid };
  return { id, signIn, service, method, person, createdAt, expiresAt, endsAt, address, userAgent };
}

/** Nobody answers at a file that a killed process left. */
async function removeStale(path: string): Promise<void> {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) return;
  if (!found.isSocket() || (await answers(path))) {
    throw new EntradaError('SERVER_SOCKET_TAKEN', `${path} is in use`, {
      next: 'Stop the gateway that runs in this folder, or move the file away.',
    });
  }
  unlinkSync(path);
}

async function answers(path: string): Promise<boolean> {
  const socket = connect(path);
  try {
    return await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true));
      socket.once('error', () => resolve(false));
    });
  } finally {
    socket.destroy();
  }
}

/** The mode is right from the first moment: the socket is made under a mask, which holds for this one call. */
async function listenPrivately(server: Server, path: string): Promise<void> {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const listening = new Promise<void>((resolve, reject) => {
    server.once('listening', resolve);
    server.once('error', reject);
  });
  const mask = process.umask(0o177);
  server.listen(path);
  process.umask(mask);
  await listening.catch((cause: unknown) => {
    throw new EntradaError('SERVER_LISTEN', `${path}: cannot be listened on`, { cause });
  });
  chmodSync(path, 0o600);
}

import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EndpointName, ServiceName } from '../endpoints.ts';
import type { Fault } from '../faults.ts';
import { graphService } from '../graph/service.ts';
import { loginService } from '../login/service.ts';
import { portalService } from '../portal/service.ts';
import { storageService } from '../storage/service.ts';
import type { World } from '../world.ts';
import { journalEntry } from './journal-entry.ts';
import { empty, type Reply } from './reply.ts';
import { type EmulatorRequest, readRequest } from './request.ts';
import { type Match, matchRoute } from './route.ts';
import type { Service } from './service.ts';
import { writeBroken, writeReply } from './write-reply.ts';

const SERVICES: { readonly [name in ServiceName]: Service } = {
  login: loginService,
  graph: graphService,
  storage: storageService,
  portal: portalService,
};

/** Serves one request: reads it, writes it down, meets its faults, answers it. */
export async function serve(
  world: World,
  message: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const request = await readRequest(message);
  if (request === null)
    return writeReply(response, empty(413, { Connection: 'close' }), world.time.now());
  const { host, port, path } = request;
  const name = world.addresses.locate(host, port, path)?.service ?? 'login';
  const match = matchRoute(SERVICES[name].routes, request.method, path);
  const endpoint = match.kind === 'route' ? match.route.endpoint : null;
  const faults = name === 'portal' ? [] : world.faults.take(endpoint);
  const kinds = faults.map(({ kind }) => kind);
  const finish = beginEntry(world, request, name, endpoint, kinds);
  const started = performance.now();
  const status = await meet(world, request, response, { name, match, faults });
  finish({ ...request.notes, status, ms: Math.round(performance.now() - started) });
}

/** The emulator's own pages are not in the journal: looking at it would fill it. */
function beginEntry(
  world: World,
  request: EmulatorRequest,
  name: ServiceName,
  endpoint: EndpointName | null,
  faults: readonly string[],
): ReturnType<World['journal']['begin']> {
  if (name === 'portal') return () => {};
  return world.journal.begin(journalEntry(world, request, name, endpoint, faults));
}

interface Located {
  readonly name: ServiceName;
  readonly match: Match;
  readonly faults: readonly Fault[];
}

/** Answers, or does what the fault says. The status, or null when there was none. */
async function meet(
  world: World,
  request: EmulatorRequest,
  response: ServerResponse,
  located: Located,
): Promise<number | null> {
  for (const fault of located.faults)
    if (fault.kind === 'delay') await sleep(fault.ms, undefined, { ref: false });
  const fault = located.faults.find(({ kind }) => kind !== 'delay');
  if (fault?.kind === 'hang') return null;
  if (fault?.kind === 'reset') {
    response.socket?.resetAndDestroy();
    return null;
  }
  const service = SERVICES[located.name];
  const bare =
    fault?.kind === 'fail'
      ? service.fail(world, request, fault.failure)
      : await answer(world, request, service, located.match);
  const reply = service.decorate(world, request, bare);
  const whole = fault === undefined || fault.kind === 'fail' || fault.kind === 'delay';
  if (whole) writeReply(response, reply, world.time.now());
  else await writeBroken(response, reply, world.time.now(), fault);
  return reply.status;
}

function answer(
  world: World,
  request: EmulatorRequest,
  service: Service,
  match: Match,
): Reply | Promise<Reply> {
  if (match.kind === 'none') return service.notFound(world, request);
  if (match.kind === 'method') return service.methodNotAllowed(world, request, match.allowed);
  return match.route.handle(world, request, match.parameters);
}

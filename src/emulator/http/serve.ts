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
import { reset } from './reset.ts';
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
  if (request === null) {
    return writeReply(response, empty(413, { Connection: 'close' }), world.time.now());
  }
  const exchange = prepare(world, request, response);
  const finish = beginEntry(exchange);
  const started = performance.now();
  const status = await meet(exchange);
  finish({ ...request.notes, status, ms: Math.round(performance.now() - started) });
}

/** A request on its way to an answer. */
interface Exchange {
  readonly world: World;
  readonly request: EmulatorRequest;
  readonly response: ServerResponse;
  readonly service: ServiceName;
  readonly match: Match;
  readonly endpoint: EndpointName | null;
  readonly faults: readonly Fault[];
}

function prepare(world: World, request: EmulatorRequest, response: ServerResponse): Exchange {
  const { host, port, path, method } = request;
  const service = world.addresses.locate(host, port, path)?.service ?? 'login';
  const match = matchRoute(SERVICES[service].routes, method, path);
  const endpoint = match.kind === 'route' ? match.route.endpoint : null;
  const faults = service === 'portal' ? [] : world.faults.take(endpoint);
  return { world, request, response, service, match, endpoint, faults };
}

/** The emulator's own pages are not in the journal: looking at it would fill it. */
function beginEntry(exchange: Exchange): ReturnType<World['journal']['begin']> {
  const { world, request, service, endpoint, faults } = exchange;
  if (service === 'portal') return () => {};
  const kinds = faults.map(({ kind }) => kind);
  return world.journal.begin(journalEntry(world, request, service, endpoint, kinds));
}

/** Answers, or does what the faults say. The status, or null when there was none. */
async function meet(exchange: Exchange): Promise<number | null> {
  const { world, response, faults } = exchange;
  const delay = faults.reduce((sum, fault) => sum + (fault.kind === 'delay' ? fault.ms : 0), 0);
  if (delay > 0) await sleep(delay, undefined, { ref: false });
  const fault = faults.find(({ kind }) => kind !== 'delay');
  if (fault?.kind === 'hang') return null;
  if (fault?.kind === 'reset') return resetConnection(response);
  const reply = await answer(exchange, fault);
  if (fault?.kind === 'half-close' || fault?.kind === 'trickle') {
    await writeBroken(response, reply, world.time.now(), fault);
  } else writeReply(response, reply, world.time.now());
  return reply.status;
}

function resetConnection({ socket }: ServerResponse): null {
  if (socket) reset(socket);
  return null;
}

async function answer(exchange: Exchange, fault: Fault | undefined): Promise<Reply> {
  const { world, request, match } = exchange;
  const service = SERVICES[exchange.service];
  const bare =
    fault?.kind === 'fail'
      ? service.fail(world, request, fault.failure)
      : await route(world, request, service, match);
  return service.decorate(world, request, bare);
}

function route(
  world: World,
  request: EmulatorRequest,
  service: Service,
  match: Match,
): Reply | Promise<Reply> {
  if (match.kind === 'none') return service.notFound(world, request);
  if (match.kind === 'method') return service.methodNotAllowed(world, request, match.allowed);
  return match.route.handle(world, request, match.parameters);
}

import type { IncomingMessage, Server } from 'node:http';

import type { Answer } from './answer.ts';
import { explain } from './explain-error.ts';
import { CONNECTION_LIMITS } from './http-server.ts';
import type { Log } from './log.ts';
import { createServer } from './node-http.ts';
import { refuse } from './respond.ts';
import { writeAnswer } from './write-answer.ts';

/** An address for machines. */
export interface PlainRoute {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Matches the whole path; its groups are handed over decoded. */
  readonly path: RegExp;
  handle(parameters: readonly string[], query: URLSearchParams): Promise<Answer>;
}

/** A server of a few addresses that only machines ask, on an address of its own. */
export function createPlainServer(routes: readonly PlainRoute[], log: Log): Server {
  return createServer(CONNECTION_LIMITS, async (request, response) => {
    writeAnswer(response, await answer(request, routes, log));
  });
}

async function answer(
  request: IncomingMessage,
  routes: readonly PlainRoute[],
  log: Log,
): Promise<Answer> {
  try {
    return await route(request, routes);
  } catch (error) {
    const code = explain(error, { requestId: '', log });
    return refuse({ code, requestId: '' }, { wantsJson: true });
  }
}

async function route(
  { method, url = '' }: IncomingMessage,
  routes: readonly PlainRoute[],
): Promise<Answer> {
  const [path = '', query = ''] = url.split(/\?(.*)/s);
  const here = routes.filter((one) => one.path.test(path));
  const found = here.find((one) => one.method === method);
  if (found !== undefined)
    return found.handle(parametersOf(found, path), new URLSearchParams(query));
  const code = here.length === 0 ? 'SERVER_NOT_FOUND' : 'SERVER_METHOD_REFUSED';
  return refuse({ code, requestId: '' }, { wantsJson: true });
}

const parametersOf = ({ path }: PlainRoute, text: string): readonly string[] =>
  (path.exec(text) ?? []).slice(1).map((part) => decodeURIComponent(part));

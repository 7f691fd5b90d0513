import { randomUUID } from 'node:crypto';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';

import type { ErrorCode } from '../errors.ts';
import type { Lane } from './forward-verify.ts';
import { createHostCheck } from './host-header.ts';
import { wantsJson } from './negotiate.ts';
import type { Parts } from './parts.ts';
import { isPlainTarget } from './request-target.ts';
import { refuse } from './respond.ts';
import { writeAnswer } from './write-answer.ts';

/**
 * Stands before the router. Refuses what could be read in two ways, serves the lanes, and hands on the rest. A request
 * that is refused here has its path in no log: it may hold anything.
 */
export function createGate(
  lanes: ReadonlyMap<string, Lane>,
  next: RequestListener,
  parts: Parts,
): RequestListener {
  const hostFault = createHostCheck(parts.config.server.publicUrl);
  return (request, response) => {
    const target = request.url ?? '';
    // The path of a lane is plain: one look-up for the commonest request of all.
    if (!lanes.has(target) && !isPlainTarget(target)) {
      return turnAway('SERVER_TARGET_REFUSED', request, response, parts);
    }
    const fault = hostFault(request);
    if (fault !== null) return turnAway(fault, request, response, parts);
    const end = target.indexOf('?');
    const lane = lanes.get(end === -1 ? target : target.slice(0, end));
    if (lane === undefined) return next(request, response);
    return lane(request, response, end === -1 ? '' : target.slice(end + 1));
  };
}

function turnAway(
  code: ErrorCode,
  { headers, method }: IncomingMessage,
  response: ServerResponse,
  { log, metrics }: Parts,
): void {
  const requestId = randomUUID();
  metrics.count('entrada_http_refused_total', { code });
  log.warn({ requestId, method, code }, 'a request was refused before it was routed');
  writeAnswer(response, refuse({ code, requestId }, { wantsJson: wantsJson(headers.accept) }));
}

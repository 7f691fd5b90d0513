import { headerOf, type EmulatorRequest } from '../http/request.ts';
import { loginTimestamp } from '../time.ts';
import type { Variants } from '../variants.ts';
import type { World } from '../world.ts';
import type { Refusal } from './refusal.ts';

/** What every error of the login host carries, in the reply and in the text. */
export interface ErrorStamp {
  readonly traceId: string;
  readonly correlationId: string;
  readonly timestamp: string;
  /** `AADSTS…: … Trace ID: … Correlation ID: … Timestamp: …` */
  readonly description: string;
}

/** Stamps a refusal for one request and writes it into the journal. */
export function stamp(
  world: World,
  request: EmulatorRequest,
  refusal: Refusal,
  variants: Variants,
): ErrorStamp {
  const traceId = request.id;
  const correlationId = correlationIdOf(request);
  const timestamp = loginTimestamp(world.time.now());
  request.notes.error = `AADSTS${refusal.aadsts}`;
  const description = [
    `AADSTS${refusal.aadsts}: ${refusal.text}`,
    `Trace ID: ${traceId}`,
    `Correlation ID: ${correlationId}`,
    `Timestamp: ${timestamp}`,
  ].join(variants.errorTextSeparator);
  return { traceId, correlationId, timestamp, description };
}

/** The client's own id for the request, or the trace id. */
const correlationIdOf = (request: EmulatorRequest): string =>
  request.query.get('client-request-id') ?? headerOf(request, 'client-request-id') ?? request.id;

/** Where the login host explains a number. */
export const errorUri = (world: World, refusal: Refusal): string =>
  `${world.addresses.login}/error?code=${refusal.aadsts}`;

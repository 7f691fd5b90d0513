import type { EndpointName, ServiceName } from '../endpoints.ts';
import type { JournalEntry } from '../journal.ts';
import type { World } from '../world.ts';
import { type EmulatorRequest, formOf, isSecretParameter } from './request.ts';

const SECRET_HEADERS: readonly string[] = [
  'authorization',
  'cookie',
  'proxy-authorization',
  'x-ms-copy-source-authorization',
  'x-ms-encryption-key',
];

/** What the journal keeps of a request before it is answered. */
export function journalEntry(
  world: World,
  request: EmulatorRequest,
  service: ServiceName,
  endpoint: EndpointName | null,
  faults: readonly string[],
): Omit<JournalEntry, 'number'> {
  const form = [...formOf(request)];
  const query = [...request.query];
  return {
    requestId: request.id,
    at: world.time.now(),
    service,
    host: request.host,
    method: request.method,
    path: request.path,
    endpoint,
    queryNames: query.map(([name]) => name),
    bodyNames: form.map(([name]) => name),
    parameters: Object.fromEntries(
      [...query, ...form].filter(([name]) => !isSecretParameter(name)),
    ),
    headers: headersOf(request),
    headerNames: Object.keys(request.headers),
    status: null,
    ms: null,
    client: null,
    tenant: null,
    person: null,
    error: null,
    faults,
  };
}

const headersOf = ({ headers }: EmulatorRequest): JournalEntry['headers'] =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      SECRET_HEADERS.includes(name) ? [] : [[name, String(value)]],
    ),
  );

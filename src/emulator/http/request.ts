import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { TLSSocket } from 'node:tls';
import { newGuid } from '../stable-id.ts';

/** What handlers tell the journal about a request. */
export interface RequestNotes {
  /** Application id of the client. */
  client: string | null;
  tenant: string | null;
  /** Object id. */
  person: string | null;
  /** `AADSTS50058`, or a code of Graph or Storage. */
  error: string | null;
}

/** A request, read whole. */
export interface EmulatorRequest {
  /** `x-ms-request-id`, `request-id`: the trace id. */
  readonly id: string;
  readonly method: string;
  /** Host of the Host header, lower case, without port. */
  readonly host: string;
  /** Port that the request came in at. */
  readonly port: number;
  /** Path and query as they came. */
  readonly target: string;
  /** Path as it came, still percent-encoded. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** Address of the client. */
  readonly address: string;
  readonly notes: RequestNotes;
}

/** Largest body that is read: an upload fragment may have 60 MiB. Unit: bytes. */
const MAX_BODY_BYTES: number = 64 * 1024 * 1024;

/** Reads a request whole; null when its body is larger than `MAX_BODY_BYTES`. */
export async function readRequest(message: IncomingMessage): Promise<EmulatorRequest | null> {
  const body = await readBody(message);
  if (body === null) return null;
  const target = message.url ?? '/';
  const [path = '/', ...query] = target.split('?');
  return {
    id: newGuid(),
    method: message.method ?? 'GET',
    host: (message.headers.host ?? '').replace(/:\d+$/, '').toLowerCase(),
    port: message.socket.localPort ?? 0,
    target,
    path,
    query: new URLSearchParams(query.join('?')),
    headers: message.headers,
    body,
    address: message.socket.remoteAddress ?? '127.0.0.1',
    notes: { client: null, tenant: null, person: null, error: null },
  };
}

async function readBody(
  message: IncomingMessage & { socket: TLSSocket | object },
): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of message) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > MAX_BODY_BYTES) return null;
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}

/** One header; of several values the first. `name` in lower case. */
export function headerOf(request: EmulatorRequest, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
}

/** The body as a form; without a field when it is said to be anything else, as Entra takes it. */
export const formOf = (request: EmulatorRequest): URLSearchParams =>
  new URLSearchParams(isForm(request) ? request.body.toString('utf8') : '');

const isForm = (request: EmulatorRequest): boolean =>
  /^application\/x-www-form-urlencoded *(?:;|$)/i.test(headerOf(request, 'content-type') ?? '');

/** The body as JSON; undefined when it is none. */
export function jsonOf(request: EmulatorRequest): unknown {
  try {
    return JSON.parse(request.body.toString('utf8'));
  } catch {
    return undefined;
  }
}

/** The value of a cookie. */
export function cookieOf(request: EmulatorRequest, name: string): string | undefined {
  const pairs = (request.headers.cookie ?? '').split(';').map((pair) => pair.trim());
  return pairs.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1);
}

const SECRET_PARAMETERS: ReadonlySet<string> = new Set([
  'client_secret',
  'client_assertion',
  'assertion',
  'code',
  'code_verifier',
  'refresh_token',
  'device_code',
  'password',
  'passwd',
  'id_token',
  'access_token',
  'id_token_hint',
  'state',
  'nonce',
  'tempauth',
  // The signature of a shared access signature of Storage.
  'sig',
  'ctx',
  'otc',
]);

/** True for a parameter whose value the journal does not keep. */
export const isSecretParameter = (name: string): boolean => SECRET_PARAMETERS.has(name);

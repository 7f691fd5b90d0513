import type { FetchCall } from '../../../sandbox/contract.ts';
import { holdsSecret, maskBytes } from '../../config/masking.ts';
import type { Secret } from '../../config/secret.ts';
import type { Handles, SecretHandle, TokenHandle } from './handles.ts';
import { HANDLE } from './handles.ts';
import { headerFault, type HeaderPair } from './headers.ts';
import { writerFor } from './secret-in-body.ts';

/** A call of `fetch` whose form was checked, its token taken out of its headers. */
export interface PreparedCall {
  readonly url: string;
  readonly method: string;
  /** Without the token's Authorization. */
  readonly headers: readonly HeaderPair[];
  readonly body: Buffer | null;
  readonly redirect: FetchCall['redirect'];
  /** The token that goes with it; null without one. */
  readonly token: TokenHandle | null;
}

/** A call that is refused before anybody asks where it goes. */
export interface PreparedRefusal {
  readonly code:
    | 'REQUEST_INVALID'
    | 'HEADER_REFUSED'
    | 'TOKEN_MISPLACED'
    | 'SECRET_MISPLACED'
    | 'TOKEN_UNKNOWN'
    | 'REQUEST_TOO_LARGE';
  readonly message: string;
}

/** RFC 9110 section 9.1; CONNECT and TRACE are not for applications. */
const METHOD = /^(?!CONNECT$|TRACE$|TRACK$)[A-Z]{1,20}$/;

/** RFC 6750 section 2.1: the one place in which a token travels. */
const BEARER = /^Bearer +(\S+)$/i;

/** Checks a call, and finds the token that it names by its handle. */
export function prepare(
  call: FetchCall,
  handles: Handles,
  maxBytes: number,
): PreparedCall | PreparedRefusal {
  if (!METHOD.test(call.method)) return refuse('REQUEST_INVALID', 'this method is not sent');
  const broken = call.headers.map(headerFault).find((fault) => fault !== undefined);
  if (broken !== undefined) return refuse('HEADER_REFUSED', broken);
  const body = call.body === null ? null : Buffer.from(call.body, 'base64');
  if (body && body.length > maxBytes) {
    return refuse('REQUEST_TOO_LARGE', `a body of more than ${maxBytes} bytes`);
  }
  return withToken(call, body, handles);
}

function withToken(
  call: FetchCall,
  body: Buffer | null,
  handles: Handles,
): PreparedCall | PreparedRefusal {
  const authorization = call.headers.find(([name]) => name.toLowerCase() === 'authorization');
  const token = authorization ? findToken(authorization[1], handles) : null;
  if (token === undefined)
    return refuse('TOKEN_UNKNOWN', 'this token is not one of this invocation');
  const headers = token ? call.headers.filter((one) => one !== authorization) : call.headers;
  const texts = [call.url, plainOf(call.url), ...headers.map(([, value]) => value)];
  const misplaced = misplacedIn(texts, body, handles);
  if (misplaced) return misplaced;
  const { url, method, redirect } = call;
  return { url, method, headers, body, redirect, token };
}

/** The URL as a server reads it, byte for byte: who hides a token encodes every letter of it. */
function plainOf(url: string): string {
  return url.replaceAll(/%[0-9a-f]{2}/gi, (byte) =>
    String.fromCharCode(Number.parseInt(byte.slice(1), 16)),
  );
}

/** The token that a header names: null when it names none, undefined when it names one that is not of this invocation. */
function findToken(authorization: string, { tokens }: Handles): TokenHandle | null | undefined {
  const text = BEARER.exec(authorization.trim())?.[1];
  const token = tokens.find((one) => one.text === text);
  if (token) return token;
  return text?.startsWith('entrada.token.') ? undefined : null;
}

/**
 * The refusal of a request in which a token's stand-in stands where no token belongs; or in which a token or a secret itself
 * stands, in whatever form: an extension that got hold of one carries it nowhere.
 */
function misplacedIn(
  texts: readonly string[],
  body: Buffer | null,
  { tokens, secrets }: Handles,
): PreparedRefusal | undefined {
  const named = (place: string | Buffer): boolean =>
    tokens.some(({ text }) => place.includes(text));
  const holds = (all: readonly Secret[]): boolean =>
    texts.some((text) => holdsSecret(text, all)) ||
    (body !== null && maskBytes(body, all) !== body);
  if (texts.some(named) || (body && named(body)) || holds(tokens.map(({ token }) => token))) {
    return refuse(
      'TOKEN_MISPLACED',
      'a token belongs into the Authorization header, as Bearer, and nowhere else',
    );
  }
  if (!holds(secrets.map(({ secret }) => secret.value))) return undefined;
  return refuse(
    'SECRET_MISPLACED',
    'a secret is named by its stand-in, and sent by the host alone',
  );
}

/** The headers and the body with secrets in place of their stand-ins, each only where its grant puts it. */
export function putSecrets(
  call: Pick<PreparedCall, 'headers' | 'body'>,
  { secrets }: Handles,
): Pick<PreparedCall, 'headers' | 'body'> {
  const forHeaders = secrets.filter(({ secret }) => secret.in.includes('header'));
  const forBody = secrets.filter(({ secret }) => secret.in.includes('body'));
  return {
    headers: call.headers.map(([name, value]) => [name, putInHeader(value, forHeaders)]),
    body: call.body && putInBody(call.body, call.headers, forBody),
  };
}

function putInHeader(value: string, secrets: readonly SecretHandle[]): string {
  const basic = inBasic(value);
  if (basic === undefined) return replaceAll(value, secrets, asItIs);
  const credentials = replaceAll(basic, secrets, asItIs);
  return `Basic ${Buffer.from(credentials).toString('base64')}`;
}

/** The text of Basic credentials (RFC 7617 section 2); undefined for a header that has none. */
export function inBasic(value: string): string | undefined {
  const base64 = /^Basic +([A-Za-z0-9+/=]+)$/i.exec(value)?.[1];
  return base64 === undefined ? undefined : Buffer.from(base64, 'base64').toString();
}

/** Byte by byte: beside a secret there may be a file, of bytes that are no text. */
function putInBody(
  body: Buffer,
  headers: readonly HeaderPair[],
  secrets: readonly SecretHandle[],
): Buffer {
  const text = body.toString('latin1');
  if (!secrets.some((secret) => text.includes(secret.text))) return body;
  const write = writerFor(headers.find(([name]) => name.toLowerCase() === 'content-type')?.[1]);
  const toBytes = (value: string): string => Buffer.from(write(value)).toString('latin1');
  return Buffer.from(replaceAll(text, secrets, toBytes), 'latin1');
}

function replaceAll(
  text: string,
  secrets: readonly SecretHandle[],
  write: (value: string) => string,
): string {
  return secrets.reduce(
    (done, one) => done.replaceAll(one.text, () => write(one.secret.value.reveal())),
    text,
  );
}

const asItIs = (value: string): string => value;

/** True when a stand-in is left that nothing was put in place of: a secret where its grant does not allow it. */
export function hasHandle({
  url,
  headers,
  body,
}: Pick<PreparedCall, 'url' | 'headers' | 'body'>): boolean {
  return (
    HANDLE.test(url) ||
    headers.some(([, value]) => HANDLE.test(inBasic(value) ?? value)) ||
    HANDLE.test(body?.toString('latin1') ?? '')
  );
}

function refuse(code: PreparedRefusal['code'], message: string): PreparedRefusal {
  return { code, message };
}

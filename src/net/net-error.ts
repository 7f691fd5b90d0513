import { EntradaError, systemCode } from '../errors.ts';

/**
 * An exchange that ended without a status. The message names the host, the proxy and the cause; it never holds a path, a
 * query, a header or the credentials of a proxy, since any of them may be secret.
 */
export class NetError extends EntradaError {
  declare readonly code: NetErrorCode;
  /**
   * What a proxy said: the status of its answer to CONNECT, or the reply of SOCKS (1 to 8, RFC 1928 section 6). Null when
   * the proxy is not what failed, or said nothing.
   */
  readonly proxyStatus: number | null;
  /** Nothing of the request left, and nobody decided against it: another way to the same host may be tried. */
  readonly mayDetour: boolean;

  constructor(code: NetErrorCode, message: string, details: NetErrorDetails = {}) {
    super(code, message, details);
    this.proxyStatus = details.proxyStatus ?? null;
    this.mayDetour = details.mayDetour ?? false;
  }
}

/** What a `NetError` carries beside its code and message. */
export interface NetErrorDetails {
  readonly cause?: unknown;
  readonly next?: string;
  readonly proxyStatus?: number;
  readonly mayDetour?: boolean;
}

/** The codes of this layer. */
export type NetErrorCode =
  | 'NET_UNREACHABLE'
  | 'NET_TLS'
  | 'NET_PROXY'
  | 'NET_TIMEOUT'
  | 'NET_TOO_LARGE'
  | 'NET_ABORTED'
  | 'NET_ADDRESS_REFUSED'
  | 'NET_PROTOCOL';

/** How each code of Node, OpenSSL and undici is called here. What is not listed is `NET_UNREACHABLE`. */
const CODES: { readonly [code: string]: NetErrorCode } = {
  UND_ERR_CONNECT_TIMEOUT: 'NET_TIMEOUT',
  UND_ERR_HEADERS_TIMEOUT: 'NET_TIMEOUT',
  UND_ERR_BODY_TIMEOUT: 'NET_TIMEOUT',
  ETIMEDOUT: 'NET_TIMEOUT',
  UND_ERR_HEADERS_OVERFLOW: 'NET_TOO_LARGE',
  UND_ERR_RES_EXCEEDED_MAX_SIZE: 'NET_TOO_LARGE',
  UND_ERR_DESTROYED: 'NET_ABORTED',
  UND_ERR_CLOSED: 'NET_ABORTED',
  UND_ERR_INVALID_ARG: 'NET_PROTOCOL',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'NET_PROTOCOL',
  SELF_SIGNED_CERT_IN_CHAIN: 'NET_TLS',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'NET_TLS',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'NET_TLS',
  UNABLE_TO_GET_ISSUER_CERT: 'NET_TLS',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'NET_TLS',
  CERT_HAS_EXPIRED: 'NET_TLS',
  CERT_NOT_YET_VALID: 'NET_TLS',
  CERT_REVOKED: 'NET_TLS',
  CERT_UNTRUSTED: 'NET_TLS',
  INVALID_CA: 'NET_TLS',
  EPROTO: 'NET_TLS',
};

const NEXT: { readonly [code in NetErrorCode]?: string } = {
  NET_UNREACHABLE: 'Check the name, the firewall, and whether a proxy has to be set.',
  NET_TLS:
    'If a proxy inspects TLS, add its certificate authority to tls_trusted_certificates; otherwise check the clock.',
  NET_PROXY: 'Check the proxy’s address, its access list and its credentials.',
  NET_TIMEOUT: 'Check whether the host, or the proxy on the way to it, answers at all.',
};

/** Codes with which a connection that never stood may be tried another way. */
const PASSING: ReadonlySet<NetErrorCode> = new Set(['NET_UNREACHABLE', 'NET_TIMEOUT']);

/**
 * Says in our words why an exchange failed.
 *
 * @param error What undici, Node or OpenSSL threw.
 * @param host Host and port, for the message.
 */
export function toNetError(error: unknown, host: string): NetError {
  if (error instanceof NetError) return error;
  const { code, root } = classify(error);
  return describe(code, `${host}: ${reasonOf(root)}`, { cause: error });
}

/** The same for a connection that never stood. */
export function toConnectError(error: unknown, host: string): NetError {
  if (error instanceof NetError) return error;
  const { code, root } = classify(error);
  const mayDetour = PASSING.has(code);
  return describe(code, `${host}: ${reasonOf(root)}`, { cause: error, mayDetour });
}

/** An error with the next step of its code. */
export function describe(
  code: NetErrorCode,
  message: string,
  details: NetErrorDetails = {},
): NetError {
  const next = details.next ?? NEXT[code];
  return new NetError(code, message, next === undefined ? details : { ...details, next });
}

/** Which of our codes an error is, and the layer of it that says why. */
export function classify(error: unknown): { readonly code: NetErrorCode; readonly root: Error } {
  const layers = [...causes(error)];
  const ours = layers.find((layer) => layer instanceof NetError);
  if (ours) return { code: ours.code, root: ours };
  for (const layer of layers) {
    const code = CODES[systemCode(layer)] ?? byFamily(layer);
    if (code) return { code, root: layer };
  }
  return { code: 'NET_UNREACHABLE', root: layers.at(-1) ?? new Error('unknown failure') };
}

function byFamily(error: Error): NetErrorCode | undefined {
  if (/^ERR_(?:TLS|SSL|OSSL)/.test(systemCode(error))) return 'NET_TLS';
  return error.name === 'HTTPParserError' ? 'NET_PROTOCOL' : undefined;
}

function* causes(error: unknown): Generator<Error> {
  for (let layer = error, depth = 0; layer instanceof Error && depth < 8; depth++) {
    yield layer;
    if (layer instanceof AggregateError) yield* layer.errors.filter((one) => one instanceof Error);
    layer = layer.cause;
  }
}

/** The first line of a message, and the code. */
export function reasonOf(error: Error): string {
  const code = systemCode(error);
  const message = error.message.split('\n', 1)[0]?.slice(0, 200) ?? '';
  return code === '' || message.includes(code) ? message : `${message} (${code})`;
}

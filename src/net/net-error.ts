import { EntradaError, systemCode } from '../errors.ts';

/**
 * An exchange that ended without a status. The message names the host and the cause; it never holds a path, a query, a
 * header or the credentials of a proxy, since any of them may be secret.
 */
export class NetError extends EntradaError {
  declare readonly code: NetErrorCode;
  /** The status that a proxy answered to CONNECT; null when the proxy is not what failed, or said nothing. */
  readonly proxyStatus: number | null;

  constructor(
    code: NetErrorCode,
    message: string,
    details: {
      readonly cause?: unknown;
      readonly next?: string;
      readonly proxyStatus?: number;
    } = {},
  ) {
    super(code, message, details);
    this.proxyStatus = details.proxyStatus ?? null;
  }
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
  UND_ERR_PRX_TLS: 'NET_PROXY',
  UND_ERR_PRX_CONN: 'NET_PROXY',
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
  EPROTO: 'NET_TLS',
};

const NEXT: { readonly [code in NetErrorCode]?: string } = {
  NET_UNREACHABLE: 'Check the name, the firewall, and whether a proxy has to be set.',
  NET_TLS:
    'If a proxy inspects TLS, add its certificate authority to the trusted certificates; otherwise check the clock.',
  NET_PROXY: 'Check the proxy’s address, its access list and its credentials.',
  NET_TIMEOUT: 'Check whether the host, or the proxy on the way to it, answers at all.',
};

/**
 * Says in our words why an exchange failed.
 *
 * @param error What undici, Node or OpenSSL threw.
 * @param host Host and port, for the message.
 */
export function toNetError(error: unknown, host: string): NetError {
  if (error instanceof NetError) return error;
  const proxyStatus = readProxyStatus(error);
  if (proxyStatus !== undefined) return proxyRefusal(error, host, proxyStatus);
  const { code, root } = classify(error);
  const next = NEXT[code];
  return new NetError(code, `${host}: ${reason(root)}`, {
    cause: error,
    ...(next === undefined ? {} : { next }),
  });
}

function proxyRefusal(error: unknown, host: string, status: number): NetError {
  const why = status === 407 ? 'wants credentials' : 'refused';
  return new NetError('NET_PROXY', `the proxy ${why} the tunnel to ${host} (status ${status})`, {
    cause: error,
    proxyStatus: status,
    next:
      status === 407
        ? 'Put a user name and a password into the proxy setting.'
        : 'Ask whoever runs the proxy to allow this host and port.',
  });
}

/** undici tells the status of a refused CONNECT only in its message. */
function readProxyStatus(error: unknown): number | undefined {
  for (const layer of causes(error)) {
    const found = /^Proxy response \((\d{3})\)/.exec(layer.message);
    if (found) return Number(found[1]);
  }
  return undefined;
}

function classify(error: unknown): { code: NetErrorCode; root: Error } {
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
  if (/^ERR_(?:TLS|SSL)/.test(systemCode(error))) return 'NET_TLS';
  return error.name === 'HTTPParserError' ? 'NET_PROTOCOL' : undefined;
}

function* causes(error: unknown): Generator<Error> {
  for (let layer = error, depth = 0; layer instanceof Error && depth < 8; depth++) {
    yield layer;
    if (layer instanceof AggregateError) yield* layer.errors.filter((one) => one instanceof Error);
    layer = layer.cause;
  }
}

function reason(error: Error): string {
  const code = systemCode(error);
  const message = error.message.split('\n', 1)[0]?.slice(0, 200) ?? '';
  return code === '' || message.includes(code) ? message : `${message} (${code})`;
}

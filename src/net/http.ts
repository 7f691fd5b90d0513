/**
 * The one way out. Everything that leaves the gateway over HTTP is one `HttpRequest` given to an `HttpClient` that `net/`
 * made; nothing else opens a socket. A client never follows a redirect, never keeps a cookie, never reads more than
 * `maxBytes`, and never takes longer than `timeoutMs`, whatever the other side or a proxy does.
 */
export interface HttpRequest {
  readonly method: string;
  /** Absolute URL. */
  readonly url: string;
  readonly headers?: { readonly [name: string]: string };
  readonly body?: string | Uint8Array;
  /** Of the body after content decoding. Unit: bytes. */
  readonly maxBytes: number;
  /** For the whole exchange: names, proxy, TLS, headers and body. Unit: milliseconds. */
  readonly timeoutMs: number;
  /** Ends the exchange early, as `NET_ABORTED`. */
  readonly signal?: AbortSignal;
}

export interface HttpResponse {
  readonly status: number;
  readonly statusText: string;
  /** In the order received; names in lower case. A header that came twice stands twice. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** Decoded. */
  readonly body: Uint8Array;
}

/**
 * Sends one request.
 *
 * @throws {NetError} `NET_UNREACHABLE`, `NET_TLS`, `NET_PROXY`, `NET_TIMEOUT`, `NET_TOO_LARGE`, `NET_ABORTED`,
 *   `NET_ADDRESS_REFUSED`, `NET_PROTOCOL`; never for a status.
 */
export type HttpClient = (request: HttpRequest) => Promise<HttpResponse>;

/** The first value of a header; undefined when it did not come. `name` in lower case. */
export function header(response: HttpResponse, name: string): string | undefined {
  return response.headers.find(([key]) => key === name)?.[1];
}

/** All values of a header, in order. `name` in lower case. */
export function headerValues(response: HttpResponse, name: string): readonly string[] {
  return response.headers.filter(([key]) => key === name).map(([, value]) => value);
}

const utf8 = new TextDecoder();

/** The body as text, UTF-8. */
export function text(response: HttpResponse): string {
  return utf8.decode(response.body);
}

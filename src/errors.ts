/**
 * The vocabulary of everything that can break. A person who is not let in is a value (a decision, a refusal); what is
 * thrown is broken, attacked or misconfigured. Codes are `LAYER_WHAT_HAPPENED`; a code never changes its meaning and a
 * retired one is not used again. `docs/reference/errors.md` is made from this table.
 */
export const ERRORS = {
  // config: one entry per way in which entrada.yaml can be wrong
  CONFIG_UNREADABLE: 'A file of the configuration cannot be read.',
  CONFIG_SYNTAX: 'The file is not valid YAML.',
  CONFIG_UNKNOWN_KEY: 'A key that Entrada does not know.',
  CONFIG_MISSING_KEY: 'A required key is missing.',
  CONFIG_INVALID_VALUE: 'A value is not of the form that its key needs.',
  CONFIG_DUPLICATE: 'Two entries use one id, path or name.',
  CONFIG_UNKNOWN_REFERENCE: 'An id names an entry that does not exist.',
  CONFIG_CONFLICT: 'Two settings contradict each other.',
  CONFIG_SECRET_UNSET: 'A ${env:…} or ${file:…} has no value.',
  CONFIG_SUBSTITUTION_REFUSED: 'A ${…} stands where its value would enter an isolate.',
  CONFIG_NOT_AVAILABLE: 'A documented value that this release does not serve yet.',
  CONFIG_GRANT_NARROWER: 'An extension asks for more than the operator grants.',
  CONFIG_WARNING: 'The configuration works, but probably not as intended.',

  // store
  STORE_UNAVAILABLE: 'The database does not answer.',
  STORE_UNREADABLE: 'A sealed record does not open with any of the configured keys.',
  STORE_CONFLICT: 'A record with this id exists already.',

  // net: every way in which a request can end without a status
  NET_UNREACHABLE: 'No connection: the name does not resolve, or nothing answers.',
  NET_TLS: 'The certificate is not trusted, or the TLS handshake failed.',
  NET_PROXY: 'The proxy refused, failed or could not be reached.',
  NET_TIMEOUT: 'The exchange took longer than its limit.',
  NET_TOO_LARGE: 'The answer is larger than its limit.',
  NET_ABORTED: 'The caller ended the exchange.',
  NET_ADDRESS_REFUSED: 'The name resolves to an address that the caller may not reach.',
  NET_PROTOCOL: 'The other side does not speak HTTP as it must.',
} as const;

/** Every stable error code. */
export type ErrorCode = keyof typeof ERRORS;

/** A place in a file. Lines and columns count from 1, as editors do. */
export interface Position {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** What an error carries beside its code and message. */
export interface ErrorDetails {
  /** What to do about it, as one sentence in the imperative. */
  readonly next?: string;
  /** Where it is, when there is a file. */
  readonly position?: Position;
  /** What caused it; kept for the log, never shown to a person. */
  readonly cause?: unknown;
}

/**
 * The error that all others extend. `message` is for the operator's log: it names the cause, never a secret, and never
 * reaches a browser, which sees the code and a request id.
 */
export class EntradaError extends Error {
  readonly code: ErrorCode;
  readonly next: string | undefined;
  readonly position: Position | undefined;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, 'cause' in details ? { cause: details.cause } : undefined);
    this.name = new.target.name;
    this.code = code;
    this.next = details.next;
    this.position = details.position;
  }
}

/** True for an error of ours, optionally with one of the codes given. */
export function isEntradaError(
  error: unknown,
  ...codes: readonly ErrorCode[]
): error is EntradaError {
  return error instanceof EntradaError && (codes.length === 0 || codes.includes(error.code));
}

/** The `code` of an error of Node or of a library; empty when it has none. */
export function systemCode(error: unknown): string {
  if (!(error instanceof Error) || !('code' in error)) return '';
  return typeof error.code === 'string' ? error.code : '';
}

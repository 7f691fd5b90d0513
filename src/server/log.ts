/** Where the server's lines go. Pino fits. Nothing that is given to it holds a query, a body, a cookie or a token. */
export interface Log {
  info(fields: LogFields, message: string): void;
  warn(fields: LogFields, message: string): void;
  error(fields: LogFields, message: string): void;
}

/** What a line says besides its message. */
export interface LogFields {
  readonly [name: string]: unknown;
}

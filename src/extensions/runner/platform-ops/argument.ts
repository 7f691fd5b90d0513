/** An argument of an operation as it came out of an isolate: JSON, and nothing else is known of it. */
export interface Argument {
  readonly [name: string]: unknown;
}

/**
 * Narrows an argument to an object.
 *
 * @throws {TypeError} When it is none.
 */
export function requireRecord(argument: unknown): Argument {
  if (typeof argument !== 'object' || argument === null || Array.isArray(argument)) {
    throw new TypeError('the argument is not an object');
  }
  return { ...argument };
}

/**
 * Reads base64 of at most so many bytes.
 *
 * @throws {TypeError} When it is not text.
 * @throws {RangeError} When there are more bytes.
 */
export function readBytes(value: unknown, maxBytes: number): Buffer {
  if (typeof value !== 'string') throw new TypeError('the bytes are missing');
  if (value.length > Math.ceil(maxBytes / 3) * 4) {
    throw new RangeError(`more than ${maxBytes} bytes`);
  }
  return Buffer.from(value, 'base64');
}

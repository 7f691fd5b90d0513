/**
 * `node:buffer` for packages that import it: bytes that are read from texts and written as texts, on the web platform's
 * own codecs. Without the methods that read and write numbers; `DataView` has those.
 */
type Encoding = 'ascii' | 'base64' | 'base64url' | 'binary' | 'hex' | 'latin1' | 'utf-8' | 'utf8';

interface Codec {
  readonly read: (text: string) => Uint8Array;
  readonly write: (bytes: Uint8Array) => string;
}

/** The alphabet of the two forms is told by their characters, and what is neither is left out, as Node has it. */
function fromBase64(text: string): Uint8Array {
  const plain = text
    .replaceAll('-', '+')
    .replaceAll('_', '/')
    .replaceAll(/[^A-Za-z0-9+/]/g, '');
  const whole = plain.length % 4 === 1 ? plain.slice(0, -1) : plain;
  return fromLatin1(atob(whole));
}

function fromLatin1(text: string): Uint8Array {
  return Uint8Array.from({ length: text.length }, (_none, at) => text.charCodeAt(at));
}

function toLatin1(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}

const toBase64 = (bytes: Uint8Array): string => btoa(toLatin1(bytes));

function fromHex(text: string): Uint8Array {
  const pairs = /^(?:[\da-f]{2})*/i.exec(text)![0].match(/../g) ?? [];
  return Uint8Array.from(pairs, (pair) => Number.parseInt(pair, 16));
}

const UTF8: Codec = {
  read: (text) => new TextEncoder().encode(text),
  write: (bytes) => new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes),
};
const LATIN1: Codec = {
  read: fromLatin1,
  write: toLatin1,
};

const CODECS: { readonly [Name in Encoding]: Codec } = {
  utf8: UTF8,
  'utf-8': UTF8,
  latin1: LATIN1,
  binary: LATIN1,
  ascii: { read: LATIN1.read, write: (bytes) => toLatin1(bytes.map((byte) => byte & 0x7f)) },
  base64: { read: fromBase64, write: toBase64 },
  base64url: {
    read: fromBase64,
    write: (bytes) => toBase64(bytes).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', ''),
  },
  hex: {
    read: fromHex,
    write: (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(''),
  },
};

function codecOf(encoding: string): Codec {
  const name = encoding.toLowerCase();
  if (isEncoding(name)) return CODECS[name];
  throw new TypeError(`Unknown encoding: ${encoding}`);
}

const isEncoding = (name: string): name is Encoding => Object.hasOwn(CODECS, name);

type Source = string | ArrayBuffer | ArrayLike<number> | Iterable<number>;

export class Buffer extends Uint8Array {
  static override from(source: Source, encoding: unknown = 'utf8', length?: number): Buffer {
    if (source instanceof ArrayBuffer) return new Buffer(source, Number(encoding) || 0, length);
    const bytes = typeof source === 'string' ? codecOf(String(encoding)).read(source) : source;
    const list = Array.from(bytes as Iterable<number>);
    const made = new Buffer(list.length);
    made.set(list);
    return made;
  }

  static alloc(size: number, fill: number | string = 0): Buffer {
    const bytes = typeof fill === 'string' ? UTF8.read(fill) : [fill];
    const made = new Buffer(size);
    if (bytes.length > 0) for (let at = 0; at < size; at++) made[at] = bytes[at % bytes.length]!;
    return made;
  }

  /** Nothing of another object's memory ever shows here. */
  static allocUnsafe(size: number): Buffer {
    return new Buffer(size);
  }

  static isBuffer(value: unknown): value is Buffer {
    return value instanceof Buffer;
  }

  static isEncoding(name: unknown): boolean {
    return typeof name === 'string' && isEncoding(name.toLowerCase());
  }

  static byteLength(value: string | ArrayBufferView | ArrayBuffer, encoding = 'utf8'): number {
    return typeof value === 'string' ? codecOf(encoding).read(value).length : value.byteLength;
  }

  static concat(list: readonly Uint8Array[], total?: number): Buffer {
    const length = total ?? list.reduce((sum, each) => sum + each.length, 0);
    const made = new Buffer(length);
    let at = 0;
    for (const each of list) {
      made.set(each.subarray(0, length - at), at);
      at = Math.min(length, at + each.length);
    }
    return made;
  }

  static compare(one: Uint8Array, other: Uint8Array): number {
    const at = one.findIndex((byte, index) => byte !== other[index]);
    const difference = at < 0 ? one.length - other.length : one[at]! - (other[at] ?? -1);
    return Math.sign(difference);
  }

  override toString(encoding = 'utf8', start = 0, end: number = this.length): string {
    return codecOf(encoding).write(this.subarray(start, end));
  }

  toJSON(): { type: 'Buffer'; data: number[] } {
    return { type: 'Buffer', data: Array.from(this) };
  }

  equals(other: Uint8Array): boolean {
    return Buffer.compare(this, other) === 0;
  }

  compare(other: Uint8Array): number {
    return Buffer.compare(this, other);
  }

  copy(target: Uint8Array, at = 0, start = 0, end: number = this.length): number {
    const part = this.subarray(start, Math.min(end, start + target.length - at));
    target.set(part, at);
    return part.length;
  }

  write(text: string, at = 0, encoding = 'utf8'): number {
    return Buffer.from(text, encoding).copy(this, at);
  }

  /** A view of the same bytes, as Node has it. */
  override slice(start?: number, end?: number): this {
    return this.subarray(start, end) as this;
  }
}

const ownBlob: typeof Blob = Blob;
const ownFile: typeof File = File;
const ownAtob: typeof atob = atob;
const ownBtoa: typeof btoa = btoa;
const module: object = { Blob, Buffer, File, atob, btoa };

export { ownAtob as atob, ownBlob as Blob, ownBtoa as btoa, ownFile as File };
export { module as default, module as 'module.exports' };

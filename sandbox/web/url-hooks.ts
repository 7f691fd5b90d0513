/**
 * What the URL library calls outside of itself. It is set by `url.ts`, not imported: the library is CommonJS, and a module
 * that CommonJS requires is wrapped by the bundler, with everything that it imports.
 */
interface Hooks {
  /** The ASCII form of a domain with characters beyond ASCII, or null when there is none. */
  toASCII(domain: string): string | null;
  encodeUtf8(text: string): Uint8Array;
  /** Decodes and leaves a byte order mark where it is. */
  decodeUtf8(bytes: Uint8Array): string;
}

export const hooks: Hooks = {} as Hooks;

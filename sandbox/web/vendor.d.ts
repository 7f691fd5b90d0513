/** The shape of the bundled libraries that come without types, as far as the platform uses them. */

declare module 'whatwg-url/webidl2js-wrapper.js' {
  interface Wrapper {
    install(realm: object, names: readonly string[]): void;
    is(value: unknown): boolean;
    /** The object behind an instance. Throws a TypeError for anything else. */
    convert(realm: object, value: unknown): { toString(): string };
  }
  const wrapper: { readonly URL: Wrapper; readonly URLSearchParams: Wrapper };
  export default wrapper;
}

declare module 'whatwg-url/lib/urlencoded.js' {
  const urlencoded: { parseUrlencodedString(text: string): [string, string][] };
  export default urlencoded;
}

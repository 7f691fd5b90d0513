import { fileURLToPath } from 'node:url';
import type { Plugin } from 'rolldown';

const WEB = fileURLToPath(new URL('../../sandbox/web/', import.meta.url));

/** What stands in for modules of the bundled libraries, by importer and name. */
const REPLACED: readonly {
  readonly importer: RegExp;
  readonly name: RegExp;
  readonly by: string;
}[] = [
  // The tables of IDNA are 300 kB: the runner maps host names.
  { importer: /\/whatwg-url\//, name: /^tr46$/, by: 'url-idna.ts' },
  // URLs of the platform are UTF-8 alone, so no legacy codec is needed for their queries.
  { importer: /\/whatwg-url\//, name: /^@exodus\/bytes\/encoding\.js$/, by: 'empty.ts' },
  { importer: /\/whatwg-url\//, name: /^@exodus\/bytes\/whatwg\.js$/, by: 'url-encoding.ts' },
  { importer: /\/whatwg-url\//, name: /^\.\/encoding$/, by: 'url-encoding.ts' },
];

/** The files that the codec library has for engines without codecs of their own. */
const WITHOUT_NATIVE = /\/bytes\/(?:utf16|fallback\/platform|fallback\/utf8\.auto)\.js$/;

/** There is no shared memory: no object is a SharedArrayBuffer. */
const NO_SHARED_MEMORY =
  'const SharedArrayBuffer = class {}; ' +
  'for (const name of ["byteLength", "growable"]) ' +
  'Object.defineProperty(SharedArrayBuffer.prototype, name, { get() { throw new TypeError(); } });';

/**
 * Libraries look for globals when they are evaluated, which is after guest code ran: they get the platform's own, and
 * see none of what the guest defined.
 */
const PROLOGUES: readonly { readonly module: RegExp; readonly code: string }[] = [
  { module: /\/@exodus\/bytes\//, code: 'const globalThis = {};' },
  {
    module: /\/web-streams-polyfill\//,
    code: [
      `import { AbortController } from '${WEB}abort.ts';`,
      `import { DOMException } from '${WEB}dom-exception.ts';`,
      'const queueMicrotask = undefined, structuredClone = undefined;',
    ].join(''),
  },
  { module: /\/(?:webidl-conversions|whatwg-url\/lib)\//, code: NO_SHARED_MEMORY },
  { module: /\/urlpattern-polyfill\//, code: `import { URL } from '${WEB}url.ts';` },
];

/** Puts the platform's own modules into the libraries. */
export const adaptLibraries: Plugin = {
  name: 'entrada-platform',
  async resolveId(id, importer) {
    const found = REPLACED.find(
      ({ importer: by, name }) => name.test(id) && by.test(importer ?? ''),
    );
    if (found) return WEB + found.by;
    if (!importer?.includes('/@exodus/bytes/')) return null;
    const resolved = await this.resolve(id, importer, { skipSelf: true });
    if (!resolved || !WITHOUT_NATIVE.test(resolved.id)) return null;
    return resolved.id.replace(/js$/, 'native.js');
  },
  transform(code, id) {
    const prologue = PROLOGUES.find(({ module }) => module.test(id));
    return prologue ? { code: prologue.code + code, map: null } : null;
  },
};

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

/** Corrections of libraries, each of which has to be found exactly once. */
const CORRECTIONS: readonly {
  readonly module: RegExp;
  readonly from: string;
  readonly to: string;
}[] = [
  // The standard compiles patterns with the flag `v`.
  { module: /\/urlpattern-polyfill\//, from: '"ui":"u"', to: '"vi":"v"' },
  // Host names and ports are canonicalized by the URL parser, which strips and cuts before it refuses.
  {
    module: /\/urlpattern-polyfill\//,
    from: 'if(/[\\t\\n\\r #%/:<>?@[\\]^\\\\|]/g.test(e))throw new TypeError(`Invalid hostname \'${e}\'`);let t=new URL("https://example.com");return t.hostname=e,t.hostname',
    to: 'let t=new URL("https://host.invalid");t.hostname=e;if(t.hostname==="host.invalid"&&e!=="host.invalid")throw new TypeError(`Invalid hostname \'${e}\'`);return t.hostname',
  },
  {
    module: /\/urlpattern-polyfill\//,
    from: 'if(e===""||/^[0-9]*$/.test(e)&&parseInt(e)<=65535)return e;',
    to: 'if(e==="")return e;let t=/^[0-9]+/.exec(e.replace(/[\\t\\n\\r]/g,""));if(t&&+t[0]<=65535)return String(+t[0]);',
  },
];

function correct(code: string, id: string): string {
  return CORRECTIONS.filter(({ module }) => module.test(id)).reduce((text, { from, to }) => {
    if (text.split(from).length !== 2)
      throw new Error(`a correction no longer fits ${id}: ${from}`);
    return text.replace(from, () => to);
  }, code);
}

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
    return prologue ? { code: prologue.code + correct(code, id), map: null } : null;
  },
};

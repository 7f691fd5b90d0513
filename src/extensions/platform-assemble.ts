import type { OutputChunk } from 'rolldown';

/**
 * Puts the chunks of the platform into one script, each part in a function of its own. V8 looks at such a function only
 * when it is called: the many small functions of a part that nobody uses then cost neither memory nor a place in the
 * code cache. (With all modules hoisted into one scope, the cache was five times as large and compiling took three times
 * as long.)
 */

/** `local as exported`, as import and export statements have it. */
interface Specifier {
  readonly name: string;
  readonly alias: string;
}

interface Link {
  readonly from: string;
  readonly specifiers: readonly Specifier[];
}

/** A chunk, taken apart. */
interface Part {
  readonly name: string;
  readonly imports: readonly Link[];
  readonly exports: readonly Specifier[];
  readonly reexports: readonly Link[];
  readonly body: string;
}

const IMPORT = /^import (?:\{([^}]*)\} from )?"\.\/([\w-]+)";$/gm;
const REEXPORT = /^export \{([^}]*)\} from "\.\/([\w-]+)";$/gm;
const EXPORT = /^export \{([^}]*)\};$/gm;

function readSpecifiers(text: string): readonly Specifier[] {
  return text
    .split(',')
    .map((item) => item.trim().split(' as '))
    .filter(([name]) => name !== '')
    .map(([name, alias]) => ({ name: name!, alias: alias ?? name! }));
}

function readLinks(code: string, statement: RegExp): readonly Link[] {
  return [...code.matchAll(statement)].map(([, names, from]) => ({
    from: from!,
    specifiers: readSpecifiers(names ?? ''),
  }));
}

/** A chunk without its imports and exports, line by line as it was. */
export function bodyOf({ code }: OutputChunk): string {
  return code.replace(IMPORT, '').replace(REEXPORT, '').replace(EXPORT, '');
}

function readChunk(chunk: OutputChunk): Part {
  const { fileName, code } = chunk;
  const body = bodyOf(chunk);
  if (/^(?:import|export)\b/m.test(body)) {
    throw new Error(`the bundler made imports or exports in ${fileName} that are not understood`);
  }
  return {
    name: fileName,
    imports: readLinks(code, IMPORT),
    exports: [...code.matchAll(EXPORT)].flatMap(([, names]) => readSpecifiers(names!)),
    reexports: readLinks(code, REEXPORT),
    body,
  };
}

/** Opens what a part imports. */
function opening({ from, specifiers }: Link, core: string): string {
  const pattern = specifiers.map(({ name, alias }) => `${name}: ${alias}`).join(', ');
  return `const {${pattern}} = ${objectOf(from, core)};`;
}

function objectOf(name: string, core: string): string {
  return name === core ? '$exportsOfCore()' : `loadPart("${name}")`;
}

function membersOf({ exports, reexports }: Part, core: string): string {
  const own = exports.map(({ name, alias }) => `${alias}: ${name}`);
  const others = reexports.flatMap(({ from, specifiers }) =>
    specifiers.map(({ name, alias }) => `${alias}: ${objectOf(from, core)}.${name}`),
  );
  return [...own, ...others].join(', ');
}

function functionOf(part: Part, core: string): string {
  const imports = part.imports.map((link) => opening(link, core)).join('\n');
  return `"${part.name}"() {\n${imports}\n${part.body}\nreturn {${membersOf(part, core)}};\n},`;
}

/** The name that the entry's default export has inside the core. */
function findResult(entry: Part, core: Part): string {
  const exported = entry.reexports[0]?.specifiers.find(({ alias }) => alias === 'default');
  const local = core.exports.find(({ alias }) => alias === exported?.name);
  if (!local) throw new Error('the core of the platform has no default export');
  return local.name;
}

/**
 * @param entry Name of the entry, whose default export is the script's completion value.
 * @param core Name of the chunk that runs at once. Parts read its exports after that, once: none may change later.
 */
export function assemble(chunks: readonly OutputChunk[], entry: string, core: string): string {
  const all = chunks.map(readChunk);
  const first = all.find(({ name }) => name === core);
  const facade = all.find(({ name }) => name === entry);
  if (!first || !facade || first.imports.length > 0) throw new Error('the platform has no core');
  const parts = all
    .filter((part) => part !== first && part !== facade)
    .map((part) => functionOf(part, core));
  return `(() => {
"use strict";
const $loaded = { __proto__: null };
function loadPart(name) { return ($loaded[name] ??= $parts[name]()); }
function $exportsOfCore() { return ($loaded["${core}"] ??= {${membersOf(first, core)}}); }
const $parts = { __proto__: null, ${parts.join('\n')} };
${first.body}
return ${findResult(facade, first)};
})();
`;
}

import { createHash } from 'node:crypto';
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';

import type { OutputChunk, Plugin, PluginContext, RolldownError } from 'rolldown';

import { EntradaError, type ErrorDetails, type Position } from '../errors.ts';
import { type BundledPackage, packagesIn } from './bundled.ts';
import { adviceFor, foreignTo, importPlace } from './import-advice.ts';
import {
  CONDITIONS,
  isInPackage,
  isStandIn,
  loadStandIn,
  MAIN_FIELDS,
  overridden,
  resolveForPackage,
} from './bundle-packages.ts';

/** An extension as one script, with the way back to its sources. */
export interface Bundle {
  /** Evaluates to a function that, called, evaluates the extension and returns its default export. */
  readonly code: string;
  /** Source map (version 3) from `code` to the sources, their paths relative to the extension's folder. */
  readonly map: string;
  /** What of npm is in it. */
  readonly packages: readonly BundledPackage[];
}

/** A bundle, and what it was made of. */
export interface MadeBundle extends Bundle {
  /** SHA-256 of each file, by its path in the folder; null when one of them was not seen. */
  readonly modules: Readonly<Record<string, string>> | null;
}

/** What authors import; it is ours, whatever their folder has under that name. */
const SDK = 'entrada/extension';

/** Ids that are no files: the same on every machine, since they end up in the bundle that is hashed. */
const SDK_ID = '\0entrada/extension';
const ENTRY_ID = '\0entrada/entry';

const SDK_TYPE = path.extname(fileURLToPath(import.meta.url)) === '.ts' ? 'ts' : 'js';

const SDK_FILE = fileURLToPath(
  new URL(`../../sandbox/sdk${path.extname(fileURLToPath(import.meta.url))}`, import.meta.url),
);

/**
 * The largest script: a client of Azure Storage with everything that it may load fits. Every isolate gets a copy of it, so
 * larger ones make every sign-in slower. Unit: UTF-16 code units.
 */
const MAX_CODE = 2 * 1024 * 1024;

/**
 * Bundles an extension: its TypeScript and what it imports, all of it inside its own folder. Build configuration in the
 * folder is not looked at; nothing is resolved at run time.
 *
 * @param folder Absolute path of the extension's folder.
 * @param entry Path of the entry below it.
 * @param readable Every variable stays: for whoever steps through it. What runs at a gateway is never that.
 * @throws {EntradaError} `EXTENSION_BUILD_FAILED` with the place in the source, `EXTENSION_IMPORT_REFUSED` with the chain
 *   of imports that leads to what cannot run in an isolate.
 */
export async function bundle(folder: string, entry: string, readable = false): Promise<MadeBundle> {
  const { rolldown } = await import('rolldown'); // only who builds pays for loading it
  const root = realpathSync(folder);
  if (!existsSync(path.join(root, entry))) throw noEntry(root, entry);
  const guard = new ImportGuard(root, path.join(root, entry));
  try {
    await using build = await rolldown({
      input: ENTRY_ID,
      cwd: root,
      platform: 'neutral',
      tsconfig: false,
      logLevel: 'silent',
      resolve: { mainFields: [...MAIN_FIELDS], conditionNames: [...CONDITIONS] },
      plugins: [guard.plugin],
      treeshake: !readable, // it would put variables in the place of their only use
    });
    const { output } = await build.generate({ ...OUTPUT, ...(readable && { minify: false }) });
    return { ...checkSize(output[0], entry), modules: guard.modules };
  } catch (error) {
    throw guard.refusal ?? toBuildError(error, root, entry);
  }
}

const OUTPUT = {
  format: 'iife',
  name: '__extension',
  exports: 'default',
  sourcemap: 'hidden',
  codeSplitting: false,
  comments: false,
} as const;

/** The first line of the bundle maps to no source, so that what is put before it moves no position. */
function wrap(code: string): string {
  return `(function () {"use strict";${code}\nreturn __extension;\n})`;
}

function checkSize(chunk: OutputChunk, entry: string): Bundle {
  const { code, map } = chunk;
  if (code.length <= MAX_CODE)
    return { code: wrap(code), map: map?.toString() ?? '', packages: packagesIn(chunk) };
  throw new EntradaError(
    'EXTENSION_BUILD_FAILED',
    `the bundle of ${entry} has ${code.length} characters; ${MAX_CODE} are the most`,
    { next: 'Import less: look for a smaller package, or for its entry that can be tree-shaken.' },
  );
}

/** Who imported a file, and as what. */
interface Import {
  readonly file: string;
  readonly source: string;
}

/** Decides about every import, and remembers who imported what. */
class ImportGuard {
  readonly #root: string;
  readonly #entry: string;
  readonly #importers = new Map<string, Import>();
  /** By id. */
  readonly #seen = new Map<string, string>();
  /** The first import that was refused. */
  refusal: EntradaError | undefined;

  constructor(root: string, entry: string) {
    this.#root = root;
    this.#entry = entry;
  }

  get plugin(): Plugin {
    const resolve = this.#resolve.bind(this);
    const entry = JSON.stringify(this.#entry);
    const seen = this.#seen;
    return {
      name: 'entrada',
      resolveId: {
        order: 'pre',
        handler(source, importer) {
          return resolve(this, source, importer);
        },
      },
      load(id) {
        if (id === SDK_ID) return { code: readFileSync(SDK_FILE, 'utf8'), moduleType: SDK_TYPE };
        if (id !== ENTRY_ID) return loadStandIn(id);
        const code = `import extension from ${entry}; export default extension;`;
        return { code, moduleType: 'js' };
      },
      transform(code, id) {
        seen.set(id, createHash('sha256').update(code).digest('hex'));
      },
    };
  }

  /** The hash of every file that was resolved, by its path from the root, as it was when it was read. */
  get modules(): MadeBundle['modules'] {
    const files = [...this.#importers.keys()].filter((id) => path.isAbsolute(id));
    const hashes = files.map((file) => [path.relative(this.#root, file), this.#seen.get(file)]);
    return hashes.every(([, hash]) => hash !== undefined) ? Object.fromEntries(hashes) : null;
  }

  async #resolve(
    context: PluginContext,
    source: string,
    importer: string | undefined,
  ): Promise<string | undefined> {
    if (source === ENTRY_ID) return ENTRY_ID;
    if (source === SDK) return SDK_ID;
    const id = isBuiltin(source)
      ? await this.#resolvePartOfNode(context, source, importer)
      : await this.#resolveFile(context, source, importer);
    if (!isStandIn(id) && !this.#isInside(id))
      this.#refuse(source, importer, 'leaves the extension’s folder');
    const foreign = foreignTo(id);
    if (foreign !== undefined) this.#refuse(source, importer, foreign);
    return this.#note(id, source, importer);
  }

  async #resolvePartOfNode(
    context: PluginContext,
    source: string,
    importer: string | undefined,
  ): Promise<string> {
    const found = await resolveForPackage(context, source, importer);
    return (
      found ?? this.#refuse(source, importer, 'is part of Node.js, which an isolate does not have')
    );
  }

  async #resolveFile(
    context: PluginContext,
    source: string,
    importer: string | undefined,
  ): Promise<string> {
    const resolved = await context.resolve(source, importer, { skipSelf: true });
    if (!resolved || resolved.external)
      return this.#refuse(source, importer, 'is not in the extension’s folder');
    return overridden(source, resolved.id);
  }

  #note(id: string, source: string, importer: string | undefined): string {
    if (importer !== undefined) this.#importers.set(id, { file: importer, source });
    return id;
  }

  /** A link that leads out of the folder is out of the folder. */
  #isInside(id: string): boolean {
    const file = realpathSync(id.split('?', 1)[0] ?? id);
    return file.startsWith(this.#root + path.sep);
  }

  #refuse(source: string, importer: string | undefined, why: string): never {
    const chain = [...this.#chain(importer), source].join(' → ');
    const position = this.#placeOf(source, importer);
    this.refusal ??= new EntradaError('EXTENSION_IMPORT_REFUSED', `${source} ${why}: ${chain}`, {
      next: adviceFor(source),
      ...(position ? { position } : {}),
    });
    // rolldown writes a code of its own on what a plugin throws, so ours does not go through its hands.
    throw new Error('refused');
  }

  #chain(importer: string | undefined): readonly string[] {
    if (importer === undefined || importer === ENTRY_ID) return [];
    const before = this.#chain(this.#importers.get(importer)?.file);
    return [...before, path.relative(this.#root, importer)];
  }

  /** Where the author imports what leads there: in a file of their own, not in one of a package. */
  #placeOf(source: string, importer: string | undefined): Position | undefined {
    if (importer === undefined || importer === ENTRY_ID) return undefined;
    const before = isInPackage(importer) ? this.#importers.get(importer) : undefined;
    return before ? this.#placeOf(before.source, before.file) : importPlace(importer, source);
  }
}

function toBuildError(error: unknown, root: string, entry: string): EntradaError {
  const fault = firstFault(error);
  if (fault.code === 'MISSING_EXPORT' && fault.id === ENTRY_ID)
    return noDefault(root, entry, error);
  const message = SENTENCES[fault.code ?? ''] ?? plain(fault);
  const position = positionOf(fault, root);
  const details: ErrorDetails = { cause: error, ...(position ? { position } : {}) };
  return new EntradaError('EXTENSION_BUILD_FAILED', message, details);
}

/** What rolldown says in the words of a bundler. */
const SENTENCES: { readonly [code: string]: string } = {
  INVALID_TLA_FORMAT: 'await stands outside of a function: move it into the hook',
};

function plain({ message, code }: RolldownError): string {
  const text = stripVTControlCharacters(message);
  const [line = ''] = text.split('\n', 1);
  const why = code === 'UNLOADABLE_DEPENDENCY' ? /╰─+ (.+)$/m.exec(text)?.[1] : undefined;
  return `${line.replace(/^\[[A-Z_]+\] /, '')}${why === undefined ? '' : `: ${why}`}`;
}

function noEntry(root: string, entry: string): EntradaError {
  return new EntradaError('EXTENSION_BUILD_FAILED', `${entry} is not in ${root}`, {
    next: 'Write it, or name the file that is there as entry in extension.yaml.',
  });
}

function noDefault(root: string, entry: string, cause: unknown): EntradaError {
  return new EntradaError('EXTENSION_BUILD_FAILED', `${entry} has no default export`, {
    cause,
    position: { file: path.join(root, entry), line: 1, column: 1 },
    next: 'End it with: export default { … } satisfies Extension;',
  });
}

/** rolldown gathers what it finds in one error. */
function firstFault(error: unknown): RolldownError {
  if (!(error instanceof Error)) return new Error(String(error));
  const gathered: unknown = 'errors' in error ? error.errors : undefined;
  const first: unknown = Array.isArray(gathered) ? gathered[0] : undefined;
  return first instanceof Error ? first : error;
}

function positionOf({ loc, id }: RolldownError, root: string): Position | undefined {
  const file = loc?.file ?? id;
  if (!loc || file === undefined) return undefined;
  const place = path.resolve(root, file);
  if (!existsSync(place)) return undefined; // the entry that we made up: the author has no such file
  return { file: place, line: loc.line, column: loc.column + 1 };
}

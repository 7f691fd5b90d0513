import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { OutputChunk, Plugin, RolldownOptions } from 'rolldown';

import { assemble, bodyOf } from './platform-assemble.ts';
import { adaptLibraries } from './platform-libraries.ts';
import { mapOf } from './platform-map.ts';

/** The script that every isolate starts with. */
export interface BuiltPlatform {
  /** A classic script, of ASCII characters unless it is readable; its completion value is the runtime's `boot`. */
  readonly code: string;
  /** The way back to the sources, of a readable one: a source map (version 3) with absolute paths. */
  readonly map?: string;
}

export interface PlatformOptions {
  /** Leaves the names and lines of the sources, for whoever looks for a fault in the platform. Default: false. */
  readonly readable?: boolean;
}

const SANDBOX = fileURLToPath(new URL('../../sandbox/', import.meta.url));
const ENTRY = 'platform';
const CORE = 'core';

/** The parts that are evaluated at their first use, by name: those of the table in `parts.ts`. */
function readParts(): readonly string[] {
  const table = readFileSync(`${SANDBOX}web/parts.ts`, 'utf8');
  return [...table.matchAll(/loadPart\('([\w-]+)'\)/g)].map(([, name]) => name!);
}

function entries(): { [name: string]: string } {
  const parts = readParts().map((name) => [name, `${SANDBOX}web/${name}.ts`]);
  return { [ENTRY]: `${SANDBOX}platform.ts`, ...Object.fromEntries(parts) };
}

/** Everything that the core imports in the ordinary way belongs to it. */
function coreFinder(): { readonly plugin: Plugin; readonly includes: (id: string) => boolean } {
  const core = new Set<string>();
  return {
    includes: (id) => core.has(id),
    plugin: {
      name: 'entrada-core',
      buildEnd() {
        const add = (id: string): void => {
          if (core.has(id)) return;
          core.add(id);
          this.getModuleInfo(id)?.importedIds.forEach(add);
        };
        add(`${SANDBOX}platform.ts`);
      },
    },
  };
}

/** V8 keeps a script of ASCII characters in half the memory. */
function toAscii(code: string): string {
  return code.replace(
    /[^\0-\x7f]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

const INPUT = {
  platform: 'neutral',
  checks: { bundlerTimings: false }, // on a slow machine it would write of itself between our lines
  resolve: { conditionNames: ['import', 'require', 'default'], mainFields: ['module', 'main'] },
} as const satisfies RolldownOptions;

async function bundle(sourcemap: 'hidden' | false): Promise<readonly OutputChunk[]> {
  const { rolldown } = await import('rolldown'); // only who builds pays for loading it
  const core = coreFinder();
  const plugins = [adaptLibraries, core.plugin];
  await using build = await rolldown({ ...INPUT, input: entries(), plugins });
  const { output } = await build.generate({
    format: 'esm',
    entryFileNames: '[name]',
    chunkFileNames: ({ name }) => (name === CORE ? CORE : `${name}-shared`),
    codeSplitting: { groups: [{ name: CORE, test: core.includes }] },
    comments: false,
    sourcemap,
    sourcemapPathTransform: (source, map) => path.resolve(path.dirname(map), source),
  });
  return output.filter((item) => item.type === 'chunk');
}

async function minify(code: string): Promise<string> {
  const { minifySync } = await import('rolldown/utils');
  const { code: short, errors } = minifySync('platform.js', code, { module: false });
  if (errors.length > 0) throw new Error(`the platform does not parse: ${errors[0]!.message}`);
  return short;
}

/**
 * Bundles the web platform and the runtime into one script.
 *
 * @throws {Error} When a module does not resolve or parse: a fault of this package, never of an operator.
 */
export async function buildPlatform({
  readable = false,
}: PlatformOptions = {}): Promise<BuiltPlatform> {
  const chunks = await bundle(readable && 'hidden');
  const code = assemble(chunks, ENTRY, CORE);
  if (!readable) return { code: toAscii(await minify(code)) };
  return {
    code,
    map: mapOf(
      code,
      chunks.map((chunk) => ({ body: bodyOf(chunk), chunk })),
    ),
  };
}

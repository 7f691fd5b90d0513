import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

import { hashOf, KEPT, keepFolder, PACKAGE } from '../kept.ts';

/** The program of a process, and all that it is read from. */
export interface Program {
  readonly entry: string;
  readonly files: readonly string[];
}

const known = new Map<string, Program>();

/**
 * A program as a runner can start it. That of a package is JavaScript already. Of a checkout it is made once for the sources
 * as they are: a process that makes no machine code has no WebAssembly, which Node takes types away with, and no other one
 * has to do so at each start.
 */
export function programOf(entry: string): Program {
  const program = known.get(entry) ?? (isSource(entry) ? kept(entry) : asItIs(entry));
  known.set(entry, program);
  return program;
}

/** Types are taken from sources of this package alone. */
function isSource(entry: string): boolean {
  return entry.endsWith('.ts') && !path.relative(PACKAGE, entry).startsWith('..');
}

function asItIs(entry: string): Program {
  return { entry, files: sourcesOf(entry) };
}

function kept(entry: string): Program {
  const sources = sourcesOf(entry);
  const folder = path.join(KEPT, `runner-${hashOf(sources)}`);
  try {
    if (!existsSync(folder)) keepFolder(folder, new Map(sources.map(plain)));
    const real = realpathSync(folder);
    return { entry: path.join(real, scriptOf(path.relative(PACKAGE, entry))), files: [real] };
  } catch {
    return asItIs(entry); // in a checkout that cannot be written to, Node does it at each start
  }
}

/** An import of another file, unless it is of types alone. */
const IMPORT = /^(?:import|export)\b(?! type\b)[^;]*?'(\.[^']+)';/gm;

/** A file and every file that it leads to. */
function sourcesOf(entry: string): readonly string[] {
  const sources = new Set([entry]);
  for (const source of sources) {
    for (const [, name] of readFileSync(source, 'utf8').matchAll(IMPORT)) {
      sources.add(path.join(path.dirname(source), name!));
    }
  }
  return [...sources];
}

const scriptOf = (source: string): string => source.replace(/\.ts$/, '.mjs');

/** A source without its types, and its name among the others. */
function plain(source: string): readonly [name: string, code: string] {
  const { transformSync } = tools();
  const { code, errors } = transformSync(source, readFileSync(source, 'utf8'), {
    typescript: { onlyRemoveTypeImports: true },
  });
  if (errors.length > 0) throw new Error(`${source} does not parse: ${errors[0]!.message}`);
  const name = scriptOf(path.relative(PACKAGE, source));
  return [name, code.replace(/((?:from|import) ["']\.[^"']+)\.ts(["'])/g, '$1.mjs$2')];
}

/** Loaded by who builds alone. */
const tools = (): typeof import('rolldown/utils') =>
  createRequire(import.meta.url)('rolldown/utils');

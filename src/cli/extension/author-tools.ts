import { findPackageJSON } from 'node:module';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

import { EntradaError } from '../../errors.ts';

/** A program of a package. */
export interface Tool {
  readonly program: string;
  readonly version: string;
}

/**
 * A program that authors have with their extension: of the package in its folder or above it, or else the one beside Entrada.
 *
 * @throws {EntradaError} `EXTENSION_TOOL_MISSING` where neither has it.
 */
export function toolOf(folder: string, name: 'ava' | 'typescript', program: string): Tool {
  const manifest = [pathToFileURL(path.join(folder, '-')).href, import.meta.url]
    .map((base) => packageFrom(name, base))
    .find((found) => found !== undefined);
  if (manifest === undefined) throw missing(name);
  const { bin, version }: { bin: { readonly [name: string]: string }; version: string } =
    JSON.parse(readFileSync(manifest, 'utf8'));
  return { program: path.join(path.dirname(manifest), bin[program] ?? ''), version };
}

function packageFrom(name: string, base: string): string | undefined {
  try {
    const found = findPackageJSON(name, base);
    return found !== undefined && existsSync(found) ? found : undefined;
  } catch {
    return undefined; // Node throws where it finds none
  }
}

function missing(name: string): EntradaError {
  return new EntradaError('EXTENSION_TOOL_MISSING', `the package ${name} is not installed`, {
    next: `Run npm install --save-dev ${name} in the extension’s folder.`,
  });
}

/** True in a checkout, where sources run as they are. */
export const FROM_SOURCE: boolean = path.extname(import.meta.filename) === '.ts';

/** What makes Node.js resolve `entrada` and `ava` from a folder that has not installed them. */
export function nodeOptions(): string {
  const hook = new URL(`resolve-own${path.extname(import.meta.filename)}`, import.meta.url).href;
  const own = [`--import=${hook}`, ...(FROM_SOURCE ? ['--conditions=entrada:source'] : [])];
  return [process.env['NODE_OPTIONS'] ?? '', ...own].join(' ').trim();
}

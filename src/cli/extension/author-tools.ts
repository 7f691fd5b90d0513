import { findPackageJSON } from 'node:module';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

import { z } from 'zod';

import { EntradaError } from '../../errors.ts';
import { FROM_SOURCE } from '../package-folder.ts';

/** A program of a package. */
export interface Tool {
  readonly program: string;
  readonly version: string;
}

/**
 * A program that authors have with their extension: of the package in its folder or above it, or else the one beside Entrada.
 *
 * @throws {EntradaError} `EXTENSION_TOOL_MISSING` where neither has it, or where the one that is found has no such program.
 */
export function toolOf(folder: string, name: ToolName, program: string): Tool {
  const tool = findTool(folder, name, program);
  if (tool === undefined) throw missing(name, program);
  return tool;
}

/** True where the types of an extension can be checked and its tests be run without anything being installed. */
export function hasTools(folder: string): boolean {
  const tools = [findTool(folder, 'ava', 'ava'), findTool(folder, 'typescript', 'tsc')];
  return !tools.includes(undefined);
}

type ToolName = 'ava' | 'typescript';

function findTool(folder: string, name: ToolName, program: string): Tool | undefined {
  const manifest = [pathToFileURL(path.join(folder, '-')).href, import.meta.url]
    .map((base) => packageFrom(name, base))
    .find((found) => found !== undefined);
  return manifest === undefined ? undefined : toolIn(manifest, program);
}

/** As much of a `package.json` as is needed here. */
const PACKAGE = z.object({ bin: z.record(z.string(), z.string()), version: z.string() });

function toolIn(manifest: string, program: string): Tool | undefined {
  const { data } = PACKAGE.safeParse(JSON.parse(readFileSync(manifest, 'utf8')));
  const file = data?.bin[program];
  if (data === undefined || file === undefined) return undefined;
  return { program: path.join(path.dirname(manifest), file), version: data.version };
}

function packageFrom(name: string, base: string): string | undefined {
  try {
    const found = findPackageJSON(name, base);
    return found !== undefined && existsSync(found) ? found : undefined;
  } catch {
    return undefined; // Node throws where it finds none
  }
}

function missing(name: string, program: string): EntradaError {
  return new EntradaError(
    'EXTENSION_TOOL_MISSING',
    `no package ${name} with its program ${program} is installed`,
    {
      next: `Run npm install --save-dev ${name} in the extension’s folder.`,
    },
  );
}

/** What makes Node.js resolve `entrada` and `ava` from a folder that has not installed them. */
export function nodeOptions(): string {
  const hook = new URL(`resolve-own${path.extname(import.meta.filename)}`, import.meta.url).href;
  const own = [`--import=${hook}`, ...(FROM_SOURCE ? ['--conditions=entrada:source'] : [])];
  return [process.env['NODE_OPTIONS'] ?? '', ...own].join(' ').trim();
}

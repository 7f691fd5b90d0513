/** How the bundler reads packages from npm, which were written for other platforms than an isolate. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import type { PluginContext } from 'rolldown';

/** What a package says of itself: the first of its `exports` under one of these is taken, in the package's own order. */
export const CONDITIONS: readonly string[] = ['worker', 'browser', 'import', 'default'];

/** Where a package without `exports` has its entry. */
export const MAIN_FIELDS: readonly string[] = ['module', 'main'];

/** Packages of which another form fits an isolate, by name, with the conditions that stand for it, the best first. */
const OVERRIDES: { readonly [name: string]: readonly string[] } = {
  // The form for browsers parses with a page's DOMParser, this one in JavaScript.
  '@azure/core-xml': ['react-native', 'import', 'default'],
};

/** Parts of Node.js that packages import beside their code for browsers, and that stand in `sandbox/node`. */
const STAND_INS: ReadonlySet<string> = new Set(['buffer', 'events', 'stream']);

/** The same on every machine, since it ends up in the bundle that is hashed. */
const STAND_IN_ID = '\0entrada/node/';

const OWN_TYPE = path.extname(fileURLToPath(import.meta.url)) === '.ts' ? 'ts' : 'js';

interface Loaded {
  readonly code: string;
  readonly moduleType: 'ts' | 'js';
}

/** The text of a stand-in; null for every other id. */
export function loadStandIn(id: string): Loaded | null {
  if (!id.startsWith(STAND_IN_ID)) return null;
  const name = id.slice(STAND_IN_ID.length);
  const file = new URL(`../../sandbox/node/${name}.${OWN_TYPE}`, import.meta.url);
  return { code: readFileSync(file, 'utf8'), moduleType: OWN_TYPE };
}

/** True for the ids of stand-ins, which are no files. */
export function isStandIn(id: string): boolean {
  return id.startsWith(STAND_IN_ID);
}

/**
 * What a package gets that imports a part of Node.js: a package of that name in the extension's folder, as bundlers for
 * browsers have it, or our stand-in. The author's own files get nothing: they know that they run in an isolate.
 */
export async function resolveForPackage(
  context: PluginContext,
  source: string,
  importer: string | undefined,
): Promise<string | undefined> {
  if (importer === undefined || !isInPackage(importer)) return undefined;
  const name = source.replace(/^node:/, '');
  const found = await context.resolve(`${name}/`, importer, { skipSelf: true });
  if (found && !found.external && path.isAbsolute(found.id)) return found.id;
  return STAND_INS.has(name) ? STAND_IN_ID + name : undefined;
}

export function isInPackage(file: string): boolean {
  return file.includes(`${path.sep}node_modules${path.sep}`);
}

/** The file of a package that is read in another form than the bundler would; any other file as it is. */
export function overridden(source: string, file: string): string {
  const conditions = Object.hasOwn(OVERRIDES, source) ? OVERRIDES[source] : undefined;
  if (!conditions) return file;
  const root = rootOf(source, file);
  const { exports }: { exports?: Exports } = JSON.parse(
    readFileSync(path.join(root, 'package.json'), 'utf8'),
  );
  const entry = typeof exports === 'object' ? exports['.'] : undefined;
  const target = conditions.map((condition) => targetOf(entry, condition)).find(Boolean);
  return target === undefined ? file : path.join(root, target);
}

function rootOf(name: string, file: string): string {
  const folder = path.join(path.sep, 'node_modules', ...name.split('/'));
  return file.slice(0, file.lastIndexOf(folder + path.sep) + folder.length);
}

type Exports = string | { readonly [key: string]: Exports };

/** What stands under a condition, and there under the `default` of its own. */
function targetOf(entry: Exports | undefined, condition: string): string | undefined {
  if (typeof entry !== 'object') return undefined;
  const found = entry[condition];
  return typeof found === 'string' ? found : targetOf(found, 'default');
}

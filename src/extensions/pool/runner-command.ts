import type { SpawnOptions } from 'node:child_process';
import { existsSync, lstatSync, readlinkSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import type { GivesWay } from './give-way.ts';
import { type Program, programOf } from './runner-program.ts';

/** What a runner process is started as. */
export interface RunnerCommand {
  readonly file: string;
  readonly args: readonly string[];
}

export interface RunnerCommandOptions {
  /** No machine code is made of guest code: slower, and without most of V8's attack surface. */
  readonly jitless: boolean;
  /** It gets what others leave of the processors. Left out: as much as others. */
  readonly givesWay?: GivesWay;
  /** A process that makes code caches, and cannot run an extension. */
  readonly compiles?: boolean;
  /** Data that the process may allocate, by the operating system's count; null: no limit. Unit: bytes. */
  readonly dataLimit: number | null;
  /** Another program than the runner's own, under the same restrictions: for checks of those restrictions. */
  readonly entry?: string;
}

const SELF = fileURLToPath(import.meta.url);
const FOLDER = path.join(path.dirname(SELF), '..');
const ENTRY = path.join(FOLDER, 'runner', `main${path.extname(SELF)}`);

const SHELL = '/bin/sh';

/** The shell could not set the limits. */
const LIMITS_REFUSED = 96;

/**
 * No memory dumps, no files, so much data; and no variable that the shell itself made. What follows takes its place.
 */
const LAUNCH = `ulimit -c 0 -f 0 2>/dev/null; ulimit -d "$1" || exit ${LIMITS_REFUSED}
shift; unset PWD OLDPWD SHLVL; exec "$@"`;

/** What a runner process is given beside its command line: no environment, and one pipe, as its fourth stream. */
export const SURROUNDINGS: SpawnOptions = {
  env: {},
  cwd: '/',
  stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
};

/** The command line of a runner process. */
export function runnerCommand(options: RunnerCommandOptions): RunnerCommand {
  const { jitless, compiles = false, dataLimit, entry = ENTRY } = options;
  const program = programOf(entry);
  const args = [
    ...FLAGS,
    ...readable(program).map((file) => `--allow-fs-read=${file}`),
    ...(jitless ? ['--jitless'] : []),
    program.entry,
    ...(compiles ? ['compile'] : []),
  ];
  if (dataLimit === null) return { file: process.execPath, args };
  const kib = String(Math.ceil(dataLimit / 1024));
  return { file: SHELL, args: ['-c', LAUNCH, SHELL, kib, process.execPath, ...args] };
}

/** What the process may read until its own code is loaded: that code, and the one add-on. */
function readable({ files }: Program): readonly string[] {
  const isolatedVm = packageFrom(FOLDER, 'isolated-vm');
  const root = path.join(FOLDER, '..', '..', '..');
  return [
    ...files,
    path.join(root, 'package.json'), // says that the code is ESM
    path.join(FOLDER, '..', '..', 'package.json'),
    ...isolatedVm,
    ...packageFrom(isolatedVm.at(-1) ?? FOLDER, 'node-gyp-build'), // finds the add-on's binary
    '/etc/alpine-release', // and looks here for which C library it has to be
  ];
}

/** A package as a module in this folder finds it: the links that lead to it, as package managers lay them, and itself. */
function packageFrom(folder: string, name: string): readonly string[] {
  const places = createRequire(path.join(folder, 'any.js')).resolve.paths(name) ?? [];
  const found = places.map((place) => path.join(place, name)).find((place) => existsSync(place));
  return found === undefined ? [] : [...linksTo(found), realpathSync(found)];
}

function linksTo(file: string): readonly string[] {
  const above = path.dirname(file);
  const links = above === file ? [] : linksTo(above);
  if (!lstatSync(file).isSymbolicLink()) return links;
  return [...links, file, ...linksTo(path.resolve(realpathSync(above), readlinkSync(file)))];
}

const FLAGS: readonly string[] = [
  '--no-node-snapshot', // isolated-vm needs it since Node 20
  '--permission',
  '--allow-addons', // isolated-vm is one; the runner drops it as soon as it is loaded
  '--disable-proto=delete',
  '--disallow-code-generation-from-strings', // of the runner itself: isolates have their own rule
  '--no-experimental-sqlite', // which opens files without asking the permission model
  '--disable-sigusr1', // which would open an inspector
  '--no-sparkplug', // an isolate is used once: V8 would make code for each that is over before it has paid
  '--no-wasm-code-gc', // it asks every isolate, and the last to let go of one that ends is then V8 itself, which waits for itself
  '--max-old-space-size=256', // of the runner itself, whose own heap holds messages under way and no more
  '--disable-warning=SecurityWarning', // of allow-addons: it is meant
  '--disable-warning=ExperimentalWarning',
];

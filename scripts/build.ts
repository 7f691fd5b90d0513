/**
 * Makes `dist`, what an installed package runs and what authors' editors read: `npm run build`. The sources are compiled
 * file by file, the script that every isolate starts with is bundled, and nothing in it may need a development dependency.
 */
import { execFileSync } from 'node:child_process';
import { chmodSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { buildPlatform } from '../src/extensions/platform.ts';
import { undeclaredImports } from './build/undeclared-imports.ts';

const ROOT = path.resolve(import.meta.dirname, '..');
const DIST = path.join(ROOT, 'dist');
const TSC = path.join(ROOT, 'node_modules', '.bin', 'tsc');

/** The gateway and its tools know Node; what authors import knows only the isolate. */
const PROJECTS = ['tsconfig.build.json', 'sandbox/tsconfig.build.json'];

function compile(project: string): void {
  execFileSync(TSC, ['--project', path.join(ROOT, project)], { stdio: 'inherit' });
}

function fail(undeclared: readonly string[]): never {
  throw new Error(`dist imports what package.json does not bring:\n${undeclared.join('\n')}`);
}

rmSync(DIST, { recursive: true, force: true });
for (const project of PROJECTS) compile(project);
const { code } = await buildPlatform();
writeFileSync(path.join(DIST, 'sandbox/platform.built.js'), code);
chmodSync(path.join(DIST, 'src/cli/main.js'), 0o755);
const undeclared = undeclaredImports(ROOT);
if (undeclared.length > 0) fail(undeclared);

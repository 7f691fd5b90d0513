import { readFileSync } from 'node:fs';
import path from 'node:path';

import { ROOT } from './pages.ts';

const RECORD = 'docs/decisions/0014-dependencies.md';

interface Manifest {
  readonly dependencies: { readonly [name: string]: string };
  readonly devDependencies: { readonly [name: string]: string };
}

function read(file: string): string {
  return readFileSync(path.join(ROOT, file), 'utf8');
}

/** Dependencies without a reason, and reasons without a dependency. */
export function dependencyFaults(): readonly string[] {
  const { dependencies, devDependencies }: Manifest = JSON.parse(read('package.json'));
  const there = new Set(Object.keys({ ...dependencies, ...devDependencies }));
  const told = new Set([...read(RECORD).matchAll(/^\| `([^`]+)`/gm)].map(([, name = '']) => name));
  return [
    ...[...there.difference(told)].map((name) => `${RECORD}: no reason for ${name}`),
    ...[...told.difference(there)].map((name) => `${RECORD}: ${name} is no dependency`),
  ];
}

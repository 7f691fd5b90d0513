/**
 * Peers that benchmarks are measured beside. They are no dependencies of the project: they are installed on demand, at
 * exact versions, into a folder of their own.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import path from 'node:path';

const VERSIONS = {
  miniflare: '4.20260730.0', // brings workerd
  'quickjs-emscripten': '0.32.0',
} as const;

export type Peer = keyof typeof VERSIONS | 'workerd';

const FOLDER = path.join(
  process.env['XDG_CACHE_HOME'] ?? path.join(homedir(), '.cache'),
  'entrada-bench',
  Object.entries(VERSIONS)
    .map(([name, version]) => `${name}-${version}`)
    .join('_'),
);

function install(): void {
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(
    path.join(FOLDER, 'package.json'),
    JSON.stringify({ private: true, dependencies: VERSIONS }),
  );
  execFileSync('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts'], {
    cwd: FOLDER,
    stdio: ['ignore', 2, 'inherit'],
  });
}

/** Where a peer's module is; it is installed before, if it has to be. */
export function peer(name: Peer): string {
  if (!existsSync(path.join(FOLDER, 'package-lock.json'))) install();
  return createRequire(path.join(FOLDER, 'package.json')).resolve(name);
}

import { readFileSync } from 'node:fs';
import path from 'node:path';

import { packageFolder, packageVersion } from '../package-folder.ts';

/** What every extension has beside its own files: types for editors, and how its tests run. */
export function scaffoldFiles(name: string): readonly (readonly [file: string, text: string])[] {
  return [
    ['package.json', `${JSON.stringify(packageOf(name), null, 2)}\n`],
    ['tsconfig.json', `${JSON.stringify(TSCONFIG, null, 2)}\n`],
    ['.gitignore', 'node_modules/\nrecorded/\n'],
  ];
}

function packageOf(name: string): object {
  const { ava, typescript } = toolVersions();
  return {
    name,
    private: true,
    type: 'module',
    scripts: { check: 'entrada extension check', test: 'entrada extension test' },
    ava: { extensions: ['ts'], workerThreads: false },
    devDependencies: { ava, entrada: packageVersion(), typescript },
  };
}

/** The versions that this release is tested with. */
function toolVersions(): { readonly ava: string; readonly typescript: string } {
  const {
    devDependencies,
  }: { devDependencies: { readonly ava: string; readonly typescript: string } } = JSON.parse(
    readFileSync(path.join(packageFolder(), 'package.json'), 'utf8'),
  );
  return devDependencies;
}

/** What an isolate has, and no more: neither Node's types nor a browser's. */
export const TSCONFIG = {
  compilerOptions: {
    target: 'esnext',
    module: 'nodenext',
    lib: ['esnext'],
    types: [],
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    allowImportingTsExtensions: true,
  },
  include: ['index.ts'],
} as const;

import { readdirSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import path from 'node:path';

/** Imports in the three forms that the compiler writes. */
const IMPORT =
  /^(?:import|export)\b[^'"`]*?\bfrom '([^']+)'|^import '([^']+)'|\bimport\('([^']+)'\)/gm;

/** Imports of `dist` that an installed package would not find, as `file: name`. */
export function undeclaredImports(root: string): readonly string[] {
  const declared = declaredNames(root);
  const dist = path.join(root, 'dist');
  return readdirSync(dist, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.js') && !file.endsWith('.built.js'))
    .flatMap((file) =>
      importsOf(readFileSync(path.join(dist, file), 'utf8'))
        .filter((name) => !isBuiltin(name) && !declared.has(packageOf(name)))
        .map((name) => `dist/${file}: ${name}`),
    );
}

function importsOf(code: string): readonly string[] {
  return [...code.matchAll(IMPORT)]
    .map(([, from, alone, dynamic]) => from ?? alone ?? dynamic ?? '')
    .filter((name) => !name.startsWith('.'));
}

function packageOf(name: string): string {
  return name.split('/', name.startsWith('@') ? 2 : 1).join('/');
}

function declaredNames(root: string): ReadonlySet<string> {
  const { name, dependencies }: { readonly name: string; readonly dependencies: object } =
    JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
  return new Set([name, ...Object.keys(dependencies)]);
}

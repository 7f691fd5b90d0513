/**
 * Imports point left: `npm run layers` reads every import of the project and fails when one points right. `.oxlintrc.json`
 * says the same to editors; here it is held by the files that imports really lead to.
 */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { isAllowed, isFolder, NAMES, ONLY, ORDER, partOf, rankOf } from './layers/order.ts';

/** The project, or another folder that is laid out like it. */
const ROOT = path.resolve(process.argv[2] ?? path.join(import.meta.dirname, '..'));

const IMPORT =
  /^\s*(?:import|export)\b[^'"`;]*?\bfrom '([^']+)'|^\s*import '([^']+)'|\bimport\('([^']+)'\)/gm;

function importsOf(file: string): readonly string[] {
  const text = readFileSync(path.join(ROOT, file), 'utf8');
  const code = text.replaceAll(/^\s*\*.*$/gm, ''); // examples in docstrings import nothing
  return [...code.matchAll(IMPORT)].map(
    ([, from, alone, dynamic]) => from ?? alone ?? dynamic ?? '',
  );
}

function faultOf(file: string, name: string): string | undefined {
  const from = partOf(file);
  if (from === undefined) return undefined;
  if (rankOf(from) === -1 && !ONLY[from]) return `${file}: ${from} has no place in the order`;
  if (!name.startsWith('.')) {
    const names = NAMES[from];
    return names && !names.test(name) ? `${file} imports ${name}: ${ONLY[from]?.why}` : undefined;
  }
  const target = path.posix.join(path.posix.dirname(file), name);
  const to = partOf(target);
  if (to !== undefined && isAllowed(from, to)) return undefined;
  const why = ONLY[from]?.why ?? `${to ?? 'that'} stands to the right of ${from}`;
  return `${file} imports ${target}: ${why}`;
}

function sources(): readonly string[] {
  return ['src', 'sandbox', 'extensions'].flatMap((folder) =>
    readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && !file.includes('node_modules'))
      .map((file) => path.posix.join(folder, file)),
  );
}

/** What `.oxlintrc.json` has to forbid to each part, so that an editor says it while it is typed. */
function editorFaults(): readonly string[] {
  const { overrides }: { overrides: readonly Override[] } = JSON.parse(
    readFileSync(path.join(ROOT, '.oxlintrc.json'), 'utf8'),
  );
  const parts = ORDER.filter(isFolder);
  return parts.flatMap((part) => {
    const forbidden = overrides
      .filter(({ files }) => files.includes(`src/${part}/**`))
      .flatMap(({ rules }) => rules['no-restricted-imports']?.[1].patterns ?? [])
      .flatMap(({ group }) => group);
    return parts
      .filter((other) => !isAllowed(part, other) && !forbidden.includes(`**/${other}/**`))
      .map((other) => `.oxlintrc.json lets ${part} import ${other}`);
  });
}

interface Override {
  readonly files: readonly string[];
  readonly rules: {
    readonly 'no-restricted-imports'?: readonly [
      string,
      { readonly patterns: readonly { readonly group: readonly string[] }[] },
    ];
  };
}

const files = sources();
const faults = files.flatMap((file) =>
  importsOf(file).flatMap((name) => faultOf(file, name) ?? []),
);
const all = [...faults, ...editorFaults()];
for (const fault of all) process.stderr.write(`${fault}\n`);
if (all.length > 0) process.exitCode = 1;
else process.stdout.write(`${files.length} files: every import points left.\n`);

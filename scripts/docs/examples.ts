import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import type { ConfigFiles } from '../../src/config/config-files.ts';
import { generateKey } from '../../src/config/keys.ts';
import { readConfig } from '../../src/config/load.ts';
import { createCertificate } from '../../src/emulator/certificate.ts';
import { clientCertificate } from '../../test/_support/client-certificate.ts';
import { fragmentFaults, variablesOf } from './fragments.ts';
import { type Fence, fencesOf, type Page, ROOT } from './pages.ts';

/** Examples that are wrong: TypeScript that does not compile, configurations and parts of one with a fault. */
export async function exampleFaults(pages: readonly Page[]): Promise<readonly string[]> {
  const fences = pages.filter(teaches).flatMap(fencesOf);
  const files = await everyFile();
  const code = fences.filter(({ language }) => language === 'ts');
  return [
    ...compileFaults(code.filter(isExtension), { types: [] }),
    ...compileFaults(
      code.filter((fence) => !isExtension(fence)),
      { types: ['node'] },
    ),
    ...fences.filter(isWholeConfiguration).flatMap((fence) => configurationFaults(fence, files)),
    ...(
      await Promise.all(fences.filter(isFragment).map((fence) => fragmentFaults(fence, files)))
    ).flat(),
  ];
}

/** Pages that are read from the top and copied from; a reference shows fragments. */
function teaches({ file }: Page): boolean {
  return !file.startsWith('docs/reference/') || file === 'docs/reference/testing.md';
}

/** What runs in an isolate has neither Node nor a page around it. */
function isExtension({ code }: Fence): boolean {
  return code.includes("'entrada/extension'");
}

/** Compiles examples as files of the project, so that they import `entrada` as its users do. */
function compileFaults(
  fences: readonly Fence[],
  options: { types: readonly string[] },
): readonly string[] {
  if (fences.length === 0) return [];
  const folder = mkdtempSync(path.join(ROOT, '.examples-'));
  try {
    const project = {
      extends: '../tsconfig.json',
      compilerOptions: { ...options, declaration: false, isolatedDeclarations: false },
      include: ['*.ts'],
    };
    writeFileSync(path.join(folder, 'tsconfig.json'), JSON.stringify(project));
    for (const [index, { code }] of fences.entries())
      writeFileSync(path.join(folder, `example-${index}.ts`), `${code}\nexport {};\n`);
    return compile(folder).map((line) => named(line, fences));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function compile(folder: string): readonly string[] {
  const tsc = path.join(ROOT, 'node_modules/.bin/tsc');
  const { stdout } = spawnSync(tsc, ['--project', folder, '--pretty', 'false'], {
    cwd: folder,
    encoding: 'utf8',
  });
  return stdout.split('\n').filter((line) => line.trim() !== '');
}

/** `example-3.ts(2,7): …`, with the place in the page. */
function named(message: string, fences: readonly Fence[]): string {
  const [, index, line] = /^example-(\d+)\.ts\((\d+),/.exec(message) ?? [];
  const fence = fences[Number(index)];
  if (!fence) return message;
  return `${fence.page.file}:${fence.line + Number(line) - 1}: ${message.replace(/^[^:]*: /, '')}`;
}

function isWholeConfiguration({ language, code }: Fence): boolean {
  return language === 'yaml' && /^version: 1$/m.test(code);
}

function isFragment(fence: Fence): boolean {
  // A file of a guide is used where the guide is followed.
  return fence.language === 'yaml' && fence.about === '' && !isWholeConfiguration(fence);
}

/** Every variable is set and every file is there; warnings are no faults. */
function configurationFaults({ page, line, code }: Fence, files: ConfigFiles): readonly string[] {
  const { faults } = readConfig(code, page.file, {
    environment: variablesOf(code),
    allowUnapproved: true,
    files,
  });
  return faults
    .filter(({ severity }) => severity === 'error')
    .map(({ position, message }) => `${page.file}:${line + (position?.line ?? 1) - 1}: ${message}`);
}

/** Whatever a configuration names: certificates and keys are real ones, by the ends of their names. */
async function everyFile(): Promise<ConfigFiles> {
  const { certificate, key } = await createCertificate(['files.example.com']);
  const application = await clientCertificate();
  const contents: readonly (readonly [end: string, text: string])[] = [
    ['entra.crt', application.certificate],
    ['entra.key', application.key],
    ['-token', 'eyJhbGciOiJSUzI1NiJ9.e30.c2lnbmF0dXJl'],
    ['.crt', certificate],
    ['.key', key],
    ['keys.txt', generateKey('example')],
    ['', 'a-value-of-a-file'],
  ];
  return {
    read: (file) =>
      new TextEncoder().encode(contents.find(([end]) => file.endsWith(end))?.[1] ?? ''),
    mode: () => 0o600,
  };
}

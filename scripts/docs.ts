/**
 * The parts of the documentation that are made from code: `npm run docs` writes them. `npm run docs:check` fails when one
 * of them is not what the code says now, when a dependency or a requirement of Entra has no reason, when a link or a path in
 * any page leads nowhere, when a command or an option in any page is none, and when an example in TypeScript or a
 * configuration is wrong.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { cliPage } from './docs/cli.ts';
import { commandFaults } from './docs/commands.ts';
import { configurationPage, manifestPage } from './docs/configuration.ts';
import { containmentPage } from './docs/containment.ts';
import { dependencyFaults } from './docs/dependencies.ts';
import { errorsPage } from './docs/errors.ts';
import { exampleFaults } from './docs/examples.ts';
import { titleFaults } from './docs/invariants.ts';
import { limitsPage } from './docs/limits.ts';
import { linkFaults } from './docs/links.ts';
import { readPages, ROOT } from './docs/pages.ts';
import { requirementFaults } from './requirements/check.ts';

const MADE: readonly (readonly [file: string, make: () => string])[] = [
  ['docs/reference/cli.md', cliPage],
  ['docs/reference/configuration.md', configurationPage],
  ['docs/reference/containment.md', containmentPage],
  ['docs/reference/errors.md', errorsPage],
  ['docs/reference/limits.md', limitsPage],
  ['docs/reference/manifest.md', manifestPage],
];

function write(): void {
  for (const [file, make] of MADE) writeFileSync(path.join(ROOT, file), make());
}

function staleFaults(): readonly string[] {
  return MADE.filter(([file, make]) => readFileSync(path.join(ROOT, file), 'utf8') !== make()).map(
    ([file]) => `${file}: not what the code says now; run npm run docs`,
  );
}

async function check(): Promise<void> {
  const pages = readPages();
  const faults = [
    ...staleFaults(),
    ...dependencyFaults(),
    ...requirementFaults(ROOT),
    ...linkFaults(pages),
    ...titleFaults(pages),
    ...commandFaults(pages),
    ...(await exampleFaults(pages)),
  ];
  for (const fault of faults) process.stderr.write(`${fault}\n`);
  if (faults.length > 0) process.exitCode = 1;
  else process.stdout.write(`${pages.length} pages: made parts, links, paths and examples hold.\n`);
}

if (process.argv.includes('--check')) await check();
else write();

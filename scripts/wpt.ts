/**
 * Runs Web Platform Tests inside an isolate, beside Node and workerd on the same files, and prints a table:
 * `npm run wpt -- --wpt DIR [--workerd FILE] [--json FILE] [AREA…]`. No file of the tests is part of this project: DIR is
 * a checkout of https://github.com/web-platform-tests/wpt.
 */
import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';

import { chooseAreas } from './wpt/areas.ts';
import { type Case, casesOf } from './wpt/case.ts';
import { type Engine, type Outcome, entrada, node, workerd } from './wpt/engines.ts';
import { formatTable } from './wpt/table.ts';

/** What every engine made of a case. */
export interface Compared {
  readonly testCase: Case;
  readonly outcomes: { readonly [engine: string]: Outcome };
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    wpt: { type: 'string' },
    workerd: { type: 'string' },
    only: { type: 'string', multiple: true },
    file: { type: 'string' },
    json: { type: 'string' },
    verbose: { type: 'boolean', default: false },
  },
});

function chooseEngines(): readonly Engine[] {
  const engines = [entrada, node, ...(values.workerd ? [workerd(values.workerd)] : [])];
  return values.only ? engines.filter(({ name }) => values.only!.includes(name)) : engines;
}

async function runCase(testCase: Case, engines: readonly Engine[]): Promise<Compared> {
  const outcomes: { [engine: string]: Outcome } = {};
  for (const engine of engines) outcomes[engine.name] = await engine.run(testCase);
  return { testCase, outcomes };
}

async function runAll(cases: readonly Case[], engines: readonly Engine[]): Promise<Compared[]> {
  const queue = cases.entries();
  const results: Compared[] = [];
  const work = async (): Promise<void> => {
    for (const [index, testCase] of queue) {
      results[index] = await runCase(testCase, engines);
      if (process.stderr.isTTY) process.stderr.write(`\r${index + 1}/${cases.length} `);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
  return results;
}

if (!values.wpt) {
  process.stderr.write('usage: npm run wpt -- --wpt DIR [--workerd FILE] [--json FILE] [AREA…]\n');
  process.exit(2);
}
const cases = chooseAreas(positionals)
  .flatMap((area) => casesOf(values.wpt!, area))
  .filter(({ name }) => name.includes(values.file ?? ''));
const engines = chooseEngines();
const results = await runAll(cases, engines);
process.stdout.write(
  formatTable(
    results,
    engines.map(({ name }) => name),
  ),
);
if (values.json) {
  writeFileSync(
    values.json,
    JSON.stringify(
      results.map(({ testCase: { area, name }, outcomes }) => ({ area, name, outcomes })),
    ),
  );
}
if (values.verbose) {
  for (const { testCase, outcomes } of results) {
    const { failed, broken } = outcomes['entrada'] ?? { failed: [] };
    for (const { name, message } of failed) {
      const others = Object.entries(outcomes)
        .filter(([, { passed }]) => passed.includes(name))
        .map(([engine]) => engine);
      process.stdout.write(
        `${testCase.name} | ${name} | ${message} | passes in: ${others.join(' ')}\n`,
      );
    }
    if (broken) process.stdout.write(`${testCase.name} | BROKEN | ${broken}\n`);
  }
}
process.exit(0);

import path from 'node:path';

import type { Fault } from '../../config/config.ts';
import { fixturesOf, type NamedFixture } from '../../extensions/replay/fixtures-of.ts';
import { Workbench } from '../../testing/workbench.ts';
import { runOne } from './dry-run.ts';
import type { TapTest } from './tap.ts';
import { toFault } from './to-fault.ts';

/** Replays the fixtures of an extension, each of them as a test that is told like any other. */
export async function replayFixtures(folder: string): Promise<readonly TapTest[]> {
  const { fixtures, faults } = await fixturesOf(folder);
  const unread = faults.map((fault) => told(titleOf(folder, fault), [fault]));
  if (fixtures.length === 0) return unread;
  await using bench = await Workbench.start();
  const tests: TapTest[] = [...unread];
  // oxlint-disable-next-line no-await-in-loop -- one runner, one after the other
  for (const one of fixtures) tests.push(await replay(folder, one, bench));
  return tests;
}

async function replay(folder: string, one: NamedFixture, bench: Workbench): Promise<TapTest> {
  const { hook, name } = one.fixture;
  const title = `${name ?? hook} ${one.file}`;
  try {
    const [, faults] = await runOne(folder, one, bench);
    return told(
      title,
      faults.filter(({ severity }) => severity === 'error'),
    );
  } catch (error) {
    return told(title, [toFault(error)]);
  }
}

function titleOf(folder: string, { position, message }: Fault): string {
  return position ? path.relative(folder, position.file) : message;
}

function told(title: string, faults: readonly Fault[]): TapTest {
  return {
    title,
    state: faults.length === 0 ? 'passed' : 'failed',
    lines: [],
    message: faults.map(({ message }) => message).join('\n      '),
    details: {},
    at: null,
  };
}

import { fileURLToPath } from 'node:url';

import { formatFaults } from '../config/format-faults.ts';
import type { Fault } from '../config/config.ts';
import { EntradaError } from '../errors.ts';
import { readFixture } from '../extensions/replay/fixture.ts';
import { type FixtureRun, runFixture } from '../extensions/replay/run-fixture.ts';
import { sharedRunner } from './test-runner.ts';
import { buildFor } from './workbench.ts';

/**
 * Runs a fixture: one that somebody wrote, or that a gateway in recording mode did. What is otherwise than the fixture says
 * is in `differences`.
 *
 * ```ts
 * const { differences } = await replay(new URL('..', import.meta.url), new URL('../fixtures/denied.yaml', import.meta.url));
 * t.deepEqual(differences, []);
 * ```
 *
 * @param extension Folder of the extension.
 * @throws {EntradaError} `EXTENSION_MANIFEST_INVALID` with everything that is wrong with the fixture or the extension.
 */
export async function replay(extension: URL | string, fixture: URL | string): Promise<FixtureRun> {
  const read = await readFixture(pathOf(fixture));
  if (!read.ok) throw invalid('the fixture', read.faults);
  const built = await buildFor(pathOf(extension), read.fixture, read.report);
  if (!built.ok) throw invalid('the extension', built.faults);
  const pool = await sharedRunner().with(built.extension);
  return runFixture(built.extension, read.fixture, pool);
}

function pathOf(given: URL | string): string {
  return given instanceof URL ? fileURLToPath(given) : given;
}

function invalid(what: string, faults: readonly Fault[]): EntradaError {
  const text = formatFaults(faults, { color: false });
  return new EntradaError('EXTENSION_MANIFEST_INVALID', `${what} cannot be run:\n${text}`);
}

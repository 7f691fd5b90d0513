import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What a test offers to clean up after itself. */
interface Teardown {
  teardown(fn: () => void): void;
}

/** A folder of the test's own, which ends with it. */
export function temporaryFolder(t: Teardown): string {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'entrada-test-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

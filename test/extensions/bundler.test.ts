import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

import test from 'ava';

import type { EntradaError } from '../../src/errors.ts';
import { bundle } from '../../src/extensions/bundle.ts';
import { bundleApart } from '../../src/extensions/bundler/bundler.ts';
import { temporaryFolder } from '../_support/temporary-folder.ts';

/** The processes that bundle for this one. */
function bundlers(): readonly number[] {
  return readdirSync('/proc/self/task')
    .flatMap((thread) =>
      readFileSync(`/proc/self/task/${thread}/children`, 'utf8').split(' ').filter(Boolean),
    )
    .filter((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('/bundler/main.'))
    .map(Number);
}

test.serial('what is bundled apart is what would be bundled here', async (t) => {
  const folder = temporaryFolder(t);
  writeFileSync(path.join(folder, 'index.ts'), 'export default { decide: () => 1 as number };');
  t.deepEqual(await bundleApart(folder, 'index.ts'), await bundle(folder, 'index.ts'));
  t.deepEqual(await bundleApart(folder, 'index.ts', true), await bundle(folder, 'index.ts', true));
});

test.serial('a fault comes back with its code, its place and what to do', async (t) => {
  const folder = temporaryFolder(t);
  writeFileSync(path.join(folder, 'index.ts'), "import 'node:fs';\nexport default {};");
  const apart = await t.throwsAsync<EntradaError>(bundleApart(folder, 'index.ts'));
  const here = await t.throwsAsync<EntradaError>(bundle(folder, 'index.ts'));
  t.deepEqual(
    [apart?.code, apart?.next, apart?.position],
    [here?.code, here?.next, here?.position],
  );
  t.is(apart?.message, here?.message);
  t.like(apart, { code: 'EXTENSION_IMPORT_REFUSED', position: { line: 1 } });
});

test.serial(
  'many questions at once go to one process, which knows nothing of this one but where Node keeps compiled code',
  async (t) => {
    const folder = temporaryFolder(t);
    writeFileSync(path.join(folder, 'index.ts'), 'export default {};');
    const asked = Array.from({ length: 5 }, () => bundleApart(folder, 'index.ts'));
    const [pid, ...others] = bundlers();
    t.deepEqual(others, []);
    await Promise.all(asked);
    const variables = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').filter(Boolean);
    const of = variables.filter((variable) => !variable.startsWith('NODE_CHANNEL_')); // from `fork`
    const { NODE_COMPILE_CACHE: compiled } = process.env;
    t.deepEqual(of, compiled === undefined ? [] : [`NODE_COMPILE_CACHE=${compiled}`]);
  },
);

test.serial(
  'a process that dies fails who waits for it, and the next question has another',
  async (t) => {
    const folder = temporaryFolder(t);
    writeFileSync(path.join(folder, 'index.ts'), 'export default {};');
    const asked = bundleApart(folder, 'index.ts');
    for (const pid of bundlers()) process.kill(pid, 'SIGKILL');
    await t.throwsAsync(asked, { code: 'EXTENSION_BUILD_FAILED' });
    t.truthy(await bundleApart(folder, 'index.ts'));
  },
);

/** Ends a process, and waits for that without letting anything else happen here. */
function endNow(pid: number): void {
  const status = (): string => readFileSync(`/proc/${pid}/stat`, 'utf8');
  process.kill(pid, 'SIGKILL');
  for (const until = Date.now() + 20_000; !status().includes(') Z ');) {
    if (Date.now() > until) throw new Error('it does not end');
  }
}

test.serial(
  'a question to a process that is gone already fails, and the next one has another',
  async (t) => {
    const folder = temporaryFolder(t);
    writeFileSync(path.join(folder, 'index.ts'), 'export default {};');
    await bundleApart(folder, 'index.ts');
    for (const pid of bundlers()) endNow(pid);
    await t.throwsAsync(bundleApart(folder, 'index.ts'), { code: 'EXTENSION_BUILD_FAILED' });
    t.truthy(await bundleApart(folder, 'index.ts'));
  },
);

test.serial('a folder that is gone is a failure of the build', async (t) => {
  const asked = bundleApart(path.join(temporaryFolder(t), 'nowhere'), 'index.ts');
  await t.throwsAsync(asked, { code: 'EXTENSION_BUILD_FAILED' });
});

test('a process that has what it asked for ends, with the one that bundled for it', (t) => {
  const folder = temporaryFolder(t);
  writeFileSync(path.join(folder, 'index.ts'), 'export default {};');
  const bundler = path.join(import.meta.dirname, '../../src/extensions/bundler/bundler.ts');
  const program = `
    import { bundleApart } from ${JSON.stringify(pathToFileURL(bundler).href)};
    await bundleApart(${JSON.stringify(folder)}, 'index.ts');
    const loaded = process.report.getReport().sharedObjects.filter((file) => file.includes('rolldown'));
    console.log(JSON.stringify(loaded));`;
  const said = execFileSync(process.execPath, ['--input-type=module', '-e', program]);
  t.deepEqual(JSON.parse(said.toString()), [], 'it loaded no bundler itself');
});

import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { loadConfig } from '../../src/config/load.ts';
import { temporaryFolder } from '../_support/temporary-folder.ts';
import {
  brief,
  configOf,
  faultsOf,
  fileWith,
  filesOf,
  KEY,
  readJson,
  readText,
} from '../_support/config-file.ts';

test('loadConfig reads the least configuration without a warning', (t) => {
  t.deepEqual(faultsOf(fileWith()), []);
});

test('loadConfig gives every option its documented default', (t) => {
  const config = configOf(fileWith());
  t.deepEqual(config.server.listen, { host: '0.0.0.0', port: 8443 });
  t.is(config.server.health, null);
  t.deepEqual(config.session, { idleMs: 1_800_000, absoluteMs: 43_200_000 });
  t.deepEqual(config.store, { kind: 'sqlite', path: '/etc/entrada/var/entrada.db' });
  t.is(config.explain.retentionMs, 30 * 86_400_000);
  t.deepEqual(config.roles, []);
  t.deepEqual(config.extensions, []);
});

test('loadConfig answers a configuration that is frozen through and through', (t) => {
  const config = configOf(fileWith());
  t.true(Object.isFrozen(config));
  t.true(Object.isFrozen(config.server.trustedProxies));
  t.true(Object.isFrozen(config.authentications[0]?.proxy));
});

test('loadConfig reads the file of a real folder and the files that it names', (t) => {
  const folder = temporaryFolder(t);
  const file = join(folder, 'entrada.yaml');
  writeFileSync(file, JSON.stringify(fileWith({ keys: ['${file:keys.txt}'] })), { mode: 0o600 });
  writeFileSync(join(folder, 'keys.txt'), `${KEY}\n`, { mode: 0o600 });
  const loaded = loadConfig(file, { environment: {} });
  t.deepEqual(brief(loaded.faults), []);
  t.is(loaded.ok ? loaded.config.directory : '', folder);
});

test('loadConfig warns when every user may read a file with a secret', (t) => {
  const folder = temporaryFolder(t);
  const file = join(folder, 'entrada.yaml');
  writeFileSync(file, JSON.stringify(fileWith()));
  chmodSync(file, 0o644);
  t.deepEqual(brief(loadConfig(file, { environment: {} }).faults), ['warning keys[0]']);
  chmodSync(file, 0o640);
  t.deepEqual(brief(loadConfig(file, { environment: {} }).faults), []);
});

test('loadConfig answers a fault when the file does not exist', (t) => {
  const loaded = loadConfig('/nowhere/entrada.yaml', { environment: {}, files: filesOf({}) });
  t.false(loaded.ok);
  t.deepEqual(brief(loaded.faults), ['CONFIG_UNREADABLE']);
});

test('loadConfig answers a fault when the file is not UTF-8', (t) => {
  const files = filesOf({ '/etc/entrada.yaml': new Uint8Array([0x61, 0xff]) });
  const loaded = loadConfig('/etc/entrada.yaml', { environment: {}, files });
  t.deepEqual(brief(loaded.faults), ['CONFIG_UNREADABLE']);
});

test('loadConfig answers a fault when the file is larger than 1 MB', (t) => {
  const files = filesOf({ '/etc/entrada.yaml': '#'.repeat(1024 * 1024 + 1) });
  const loaded = loadConfig('/etc/entrada.yaml', { environment: {}, files });
  t.deepEqual(brief(loaded.faults), ['CONFIG_UNREADABLE']);
});

test('loadConfig accepts a byte order mark and Windows line ends', (t) => {
  const text = JSON.stringify(fileWith(), null, 2).replaceAll('\n', '\r\n');
  const files = filesOf({ '/etc/entrada.yaml': `\u{feff}${text}` });
  t.deepEqual(brief(loadConfig('/etc/entrada.yaml', { environment: {}, files }).faults), []);
});

test('an empty file is a fault', (t) => {
  t.deepEqual(brief(readText('').faults), ['CONFIG_MISSING_KEY']);
  t.deepEqual(brief(readText('# nothing\n').faults), ['CONFIG_MISSING_KEY']);
});

test('a file that is not a map is a fault', (t) => {
  t.deepEqual(brief(readText('- version: 1\n').faults), ['CONFIG_INVALID_VALUE']);
});

test('a missing section is a fault that names it', (t) => {
  t.deepEqual(faultsOf({ version: 1 }), [
    'CONFIG_MISSING_KEY server',
    'CONFIG_MISSING_KEY keys',
    'CONFIG_MISSING_KEY authentications',
    'CONFIG_MISSING_KEY services',
  ]);
});

test('another version of the form is a fault', (t) => {
  t.deepEqual(faultsOf(fileWith({ version: 2 })), ['CONFIG_INVALID_VALUE version']);
  t.deepEqual(faultsOf(fileWith({ version: '1' })), ['CONFIG_INVALID_VALUE version']);
});

test('accounts and administrators are documented and not available', (t) => {
  t.deepEqual(faultsOf(fileWith({ accounts: [], administrators: [] })), [
    'CONFIG_NOT_AVAILABLE accounts',
    'CONFIG_NOT_AVAILABLE administrators',
  ]);
});

test('one wrong value hides no fault between the others', (t) => {
  const file = fileWith({
    session: { idle: 'soon' },
    services: [{ type: 'file-browser', path: '/', authentications: ['m2'] }],
  });
  t.deepEqual(faultsOf(file), [
    'CONFIG_UNKNOWN_REFERENCE services[0].authentications[0]',
    'CONFIG_INVALID_VALUE session.idle',
  ]);
});

test('faults stand in the order of the file', (t) => {
  const { faults } = readText('services: x\nversion: 2\nserver: 3\n');
  const lines = faults.map(({ position }) => position?.line ?? 0);
  t.deepEqual(
    lines,
    lines.toSorted((a, b) => a - b),
  );
});

test('report gives a finding of another part its place in the file', (t) => {
  const loaded = readJson(fileWith());
  const [fault] = loaded.report([
    {
      code: 'CONFIG_GRANT_NARROWER',
      path: ['services', 0, 'path'],
      says: (it) => `${it} is narrow`,
    },
  ]);
  t.is(fault?.path, 'services[0].path');
  t.is(fault?.message, '"/" is narrow.');
  t.is(
    fault?.line?.slice((fault.caret ?? 0) - 1, (fault.caret ?? 0) - 1 + (fault.length ?? 0)),
    '"/"',
  );
});

test('a fault is plain data for --json', (t) => {
  const { faults } = readJson(fileWith({ version: 2 }));
  t.deepEqual(JSON.parse(JSON.stringify(faults)), structuredClone(faults));
});

import { chownSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import test from 'ava';

import { integrityOf } from '../../../src/extensions/version.ts';
import { type ArchivedVersion, VersionArchive } from '../../../src/extensions/versions/archive.ts';
import { temporaryFolder } from '../../_support/temporary-folder.ts';

function version(name: string, number: number): ArchivedVersion {
  const manifest = `name: ${name}\nversion: ${number}.0.0\n`;
  const code = `(function () { return ${number} })`;
  const integrity = integrityOf(manifest, code);
  return {
    name,
    version: `${number}.0.0`,
    integrity,
    approvedAt: number,
    manifest,
    code,
    map: '{}',
    packages: [{ name: 'zod', version: '4.0.0', license: 'MIT', size: 10 }],
  };
}

test('a version is found by its hash, and the last approved comes first', (t) => {
  const archive = new VersionArchive(path.join(temporaryFolder(t), 'approved'));
  const [one, two, other] = [version('gate', 1), version('gate', 2), version('other', 3)];
  for (const each of [two, one, other]) archive.keep(each);
  t.deepEqual(archive.find(one.integrity), one);
  t.deepEqual(archive.history('gate'), [two, one]);
  t.is(archive.find(version('gate', 9).integrity), undefined);
});

test('without a folder nothing is kept', (t) => {
  const archive = new VersionArchive(path.join(temporaryFolder(t), 'approved'));
  t.is(archive.find(version('gate', 1).integrity), undefined);
  t.deepEqual(archive.history('gate'), []);
});

test('what was changed in the archive is not there: its hash is another one', (t) => {
  const folder = path.join(temporaryFolder(t), 'approved');
  const archive = new VersionArchive(folder);
  const kept = version('gate', 1);
  archive.keep(kept);
  const [file = ''] = readdirSync(folder);
  const text = readFileSync(path.join(folder, file), 'utf8');
  for (const changed of [
    text.replace('return 1', 'return 6'),
    text.replace('version: 1.0.0', 'version: 6.6.6'),
    text.slice(0, -1),
    '[]',
  ]) {
    writeFileSync(path.join(folder, file), changed);
    t.is(archive.find(kept.integrity), undefined);
    t.deepEqual(archive.history('gate'), []);
  }
});

test('another version under the name of this one is not it', (t) => {
  const folder = path.join(temporaryFolder(t), 'approved');
  const archive = new VersionArchive(folder);
  const kept = version('gate', 1);
  archive.keep(kept);
  const [file = ''] = readdirSync(folder);
  writeFileSync(path.join(folder, file), JSON.stringify(version('gate', 2)));
  t.is(archive.find(kept.integrity), undefined);
});

// Nobody but root can make a folder somebody else's, which is what this is about.
(process.getuid?.() === 0 ? test : test.skip)(
  'what root keeps is of whoever has the configuration, and so are the folders that are made for it',
  (t) => {
    const home = temporaryFolder(t);
    chownSync(home, 1234, 1234);
    const folder = path.join(home, 'var', 'approved');
    new VersionArchive(folder).keep(version('gate', 1));
    const [file = ''] = readdirSync(folder);
    for (const made of [path.dirname(folder), folder, path.join(folder, file)]) {
      const { uid, gid, mode } = statSync(made);
      t.deepEqual([uid, gid, mode & 0o077], [1234, 1234, 0], made);
    }
  },
);

test('what is no version is not there, and a folder that is a file is an error', (t) => {
  const folder = path.join(temporaryFolder(t), 'approved');
  const archive = new VersionArchive(folder);
  archive.keep(version('gate', 1));
  writeFileSync(path.join(folder, 'odd.json'), 'no json');
  t.is(archive.history('gate').length, 1);
  const file = path.join(folder, 'odd.json');
  t.throws(() => new VersionArchive(file).history('gate'), { code: 'EXTENSION_UNREADABLE' });
});

import { mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import test from 'ava';

import { makeFolder } from '../../src/config/make-folder.ts';
import { temporaryFolder } from '../_support/temporary-folder.ts';

test('every folder that is missing is made, with the mode that is asked for', (t) => {
  const folder = temporaryFolder(t);
  makeFolder(path.join(folder, 'a/b/c'), 0o700);
  for (const made of ['a', 'a/b', 'a/b/c']) {
    t.is(statSync(path.join(folder, made)).mode & 0o777, 0o700, made);
  }
});

test('a folder that is there stays as it is', (t) => {
  const folder = path.join(temporaryFolder(t), 'a');
  mkdirSync(folder, 0o755);
  makeFolder(folder, 0o700);
  t.is(statSync(folder).mode & 0o777, 0o755);
});

test('where the system says that a folder cannot be there, that is thrown, and soon', (t) => {
  for (const folder of ['/proc/entrada', '/proc/entrada/var']) {
    t.throws(() => makeFolder(folder), { code: 'ENOENT' }, folder);
  }
});

test('a link that leads nowhere is no folder', (t) => {
  const link = path.join(temporaryFolder(t), 'var');
  symlinkSync('nowhere', link);
  t.throws(() => makeFolder(link), { code: 'EEXIST' });
});

test('a file in the place of a folder is no folder', (t) => {
  const file = path.join(temporaryFolder(t), 'var');
  writeFileSync(file, '');
  t.throws(() => makeFolder(path.join(file, 'inner')), { code: 'ENOTDIR' });
});

import { globSync } from 'node:fs';
import path from 'node:path';

/** Programs of hostile extensions, one in a file. They are tried one after the other, as an operator's doctor tries them. */
const FOLDER = path.join(import.meta.dirname, 'programs');

// oxlint-disable-next-line no-await-in-loop -- their tests are in the order of their names
for (const name of globSync('*.ts', { cwd: FOLDER }).toSorted())
  await import(path.join(FOLDER, name));

import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Above the sources, and above what is built of them. */
const ABOVE = ['../../', '../../../'].map((path) => new URL(path, import.meta.url));

/** The folder of this package: the one with its `package.json`. */
export function packageFolder(): string {
  const folder = ABOVE.find((url) => existsSync(new URL('package.json', url)));
  if (!folder) throw new Error('this installation of Entrada has no package.json');
  return fileURLToPath(folder);
}

/** The version of this package. */
export function packageVersion(): string {
  const parsed: unknown = JSON.parse(readFileSync(`${packageFolder()}/package.json`, 'utf8'));
  const version =
    typeof parsed === 'object' && parsed !== null && 'version' in parsed ? parsed.version : '';
  return String(version);
}

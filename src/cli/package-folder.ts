import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** True in a checkout, where sources run as they are. */
export const FROM_SOURCE: boolean = path.extname(import.meta.filename) === '.ts';

/** The folder of this package: the one with its `package.json`, above the sources, or above what is built of them. */
export function packageFolder(): string {
  return fileURLToPath(new URL(FROM_SOURCE ? '../../' : '../../../', import.meta.url));
}

/** The version of this package. */
export function packageVersion(): string {
  const parsed: unknown = JSON.parse(readFileSync(`${packageFolder()}/package.json`, 'utf8'));
  const version =
    typeof parsed === 'object' && parsed !== null && 'version' in parsed ? parsed.version : '';
  return String(version);
}

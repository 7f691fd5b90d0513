import { existsSync, readFileSync } from 'node:fs';

/** The version of this package: its `package.json` stands above the sources and above what is built of them. */
export function packageVersion(): string {
  const candidates = ['../../package.json', '../../../package.json'].map(
    (path) => new URL(path, import.meta.url),
  );
  const file = candidates.find((url) => existsSync(url));
  const parsed: unknown = file ? JSON.parse(readFileSync(file, 'utf8')) : null;
  return typeof parsed === 'object' && parsed !== null && 'version' in parsed
    ? String(parsed.version)
    : 'unknown';
}

import { parsed, refused, type Parsed } from './parsed.ts';

/** The form of a store, as a regular expression. */
export const STORE_PATTERN = 'sqlite:[^:?#].*';

/** Parses `sqlite:PATH`; answers the path as it is written. */
export function parseStore(text: string): Parsed<string> {
  const [, scheme = '', rest = ''] = /^([a-z+]+):(.*)$/is.exec(text) ?? [];
  if (/^rediss?$/i.test(scheme)) {
    return refused(() => 'Redis is not served by this release', {
      code: 'CONFIG_NOT_AVAILABLE',
      next: FORM,
    });
  }
  if (scheme !== 'sqlite' || !/^[^:?#\s]/.test(rest)) {
    return refused((it) => `${it} is not a store`, { next: FORM });
  }
  return parsed(rest);
}

const FORM = 'Write sqlite: and the path of the file, as in sqlite:var/entrada.db.';

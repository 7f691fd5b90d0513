import { parsed, refused, type Parsed } from './parsed.ts';

/** Parses the path of a home folder. `${USER}` is filled in later; nothing else may change where it leads. */
export function parseHomeFolder(text: string): Parsed<string> {
  if (text === '' || text.includes('\0')) return refused((it) => `${it} cannot be a path`);
  if (text.split('/').includes('..')) {
    return refused((it) => `${it} leads upwards (..)`, { next: 'Write where it leads to.' });
  }
  return parsed(text);
}

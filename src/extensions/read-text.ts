import { readFile } from 'node:fs/promises';

import { systemCode } from '../errors.ts';

/** A text, or the system's code of why there is none. */
type ReadText =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly code: string };

/** Reads a file that an author or an operator named. */
export async function tryReadText(file: string): Promise<ReadText> {
  try {
    return { ok: true, text: await readFile(file, 'utf8') };
  } catch (error) {
    const code = systemCode(error);
    if (code === '') throw error;
    return { ok: false, code };
  }
}

import { EntradaError } from '../errors.ts';
import { parseForm } from './form.ts';
import type { Fields } from './form.ts';

/** Entra's largest answer, an ID token beside an access token, is about 10 KiB. Unit: bytes. */
export const MAX_FORM_BYTES: number = 64 * 1024;

/**
 * Reads the body of a form.
 *
 * @throws {EntradaError} `SERVER_MEDIA_TYPE` for another charset than UTF-8, `SERVER_FORM_INVALID`.
 */
export function readFormBody(contentType: string | undefined, body: Uint8Array): Fields {
  const charset = /;\s*charset\s*=\s*"?([^\s";]*)/i.exec(contentType ?? '')?.[1] ?? 'utf-8';
  if (charset.toLowerCase() !== 'utf-8') {
    throw new EntradaError('SERVER_MEDIA_TYPE', 'a form is written in UTF-8');
  }
  return parseForm(decode(body));
}

function decode(body: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body);
  } catch (cause) {
    throw new EntradaError('SERVER_FORM_INVALID', 'the form is not UTF-8', { cause });
  }
}

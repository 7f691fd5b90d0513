import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

import { systemCode } from '../errors.ts';
import { type HttpClient, text } from './http.ts';
import { describe, NetError } from './net-error.ts';

/** Real scripts have up to 200 KB. Unit: bytes. */
const MAX_BYTES = 1024 * 1024;

/** Unit: milliseconds. */
const TIMEOUT_MS = 10_000;

const NEXT =
  'Check the address of the script in the proxy setting, and whether it can be read from here.';

/**
 * Reads a proxy script: from a file, or from a server, which is asked without a proxy and must answer itself.
 *
 * @param http Goes straight to the host.
 * @throws {NetError} `NET_PROXY`.
 */
export function readScript(url: URL, http: HttpClient): Promise<string> {
  return url.protocol === 'file:' ? fromFile(url) : fromServer(url, http);
}

/** What a message may tell of where a script is: no path of a server, which may be secret. */
export function nameOfScript(url: URL): string {
  return url.protocol === 'file:' ? fileURLToPath(url) : `of ${url.host}`;
}

async function fromFile(url: URL): Promise<string> {
  try {
    return await readFile(url, 'utf8');
  } catch (error) {
    throw unreadable(url, `cannot be read (${systemCode(error)})`, error);
  }
}

async function fromServer(url: URL, http: HttpClient): Promise<string> {
  try {
    const request = { method: 'GET', url: url.href, maxBytes: MAX_BYTES, timeoutMs: TIMEOUT_MS };
    const answer = await http(request);
    if (answer.status === 200) return text(answer);
    throw unreadable(url, `was answered with status ${answer.status}`);
  } catch (error) {
    if (error instanceof NetError && error.code === 'NET_PROXY') throw error;
    const why = error instanceof Error ? error.message : 'unknown failure';
    throw unreadable(url, `cannot be read: ${why}`, error);
  }
}

function unreadable(url: URL, why: string, cause?: unknown): NetError {
  const message = `the proxy script ${nameOfScript(url)} ${why}`;
  return describe('NET_PROXY', message, { next: NEXT, cause });
}

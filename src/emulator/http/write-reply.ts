import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault } from '../faults.ts';
import { httpDate } from '../time.ts';
import type { Reply } from './reply.ts';

type Shape = Extract<Fault, { readonly kind: 'half-close' | 'trickle' }>;

/** Sends an answer whole. The date is the emulator's, not the machine's. */
export function writeReply(response: ServerResponse, reply: Reply, now: number): void {
  const body = Buffer.from(reply.body);
  writeHead(response, reply, now, body.length);
  response.end(body);
}

function writeHead(response: ServerResponse, reply: Reply, now: number, length: number): void {
  response.sendDate = false;
  const given = onceEach([['Date', httpDate(now)], ...Object.entries(reply.headers)]);
  response.writeHead(reply.status, Object.fromEntries(withLength(given, reply.status, length)));
}

type Headers = ReadonlyMap<string, readonly [name: string, value: string | readonly string[]]>;

/** Headers by their names in lower case: whoever gives one that is there already, in whichever case, means that one. */
function onceEach(
  entries: readonly (readonly [name: string, value: string | readonly string[]])[],
): Headers {
  const headers = new Map<string, readonly [string, string | readonly string[]]>();
  for (const [name, value] of entries) {
    const key = name.toLowerCase();
    // Cookies stand beside each other.
    const before = key === 'set-cookie' ? (headers.get(key)?.[1] ?? []) : [];
    const all = [before, value].flat();
    headers.set(key, [name, all.length === 1 ? (all[0] ?? '') : all]);
  }
  return headers;
}

/**
 * Statuses without a body have no length (RFC 9110 section 6.4.1), nor have bodies that come in chunks; a length that
 * was asked for stands, right or wrong.
 */
function withLength(
  headers: Headers,
  status: number,
  length: number,
): readonly (readonly [string, string | string[]])[] {
  const asked = headers.has('content-length');
  const without = asked || status === 204 || status === 304 || headers.has('transfer-encoding');
  const kept = [...headers].filter(([key]) => !(asked && key === 'transfer-encoding'));
  const written = kept.map(
    ([, [name, value]]) => [name, typeof value === 'string' ? value : [...value]] as const,
  );
  return without ? written : [...written, ['Content-Length', String(length)]];
}

/** Sends an answer in a way that goes wrong. */
export async function writeBroken(
  response: ServerResponse,
  reply: Reply,
  now: number,
  fault: Shape,
): Promise<void> {
  const body = Buffer.from(reply.body);
  writeHead(response, reply, now, body.length);
  if (fault.kind === 'half-close') return halfClose(response, body);
  return trickle(response, body, fault);
}

/** Half of what `Content-Length` promised, then the end of the connection. */
function halfClose(response: ServerResponse, body: Buffer): void {
  response.write(body.subarray(0, Math.floor(body.length / 2)), () => response.socket?.end());
}

async function trickle(
  response: ServerResponse,
  body: Buffer,
  { bytes, pauseMs }: Extract<Fault, { readonly kind: 'trickle' }>,
): Promise<void> {
  response.flushHeaders();
  for (let offset = 0; offset < body.length && !response.destroyed; offset += bytes) {
    await sleep(pauseMs, undefined, { ref: false });
    response.write(body.subarray(offset, offset + bytes));
  }
  response.end();
}

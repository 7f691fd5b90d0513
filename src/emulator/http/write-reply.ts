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
  response.writeHead(reply.status, {
    Date: httpDate(now),
    ...Object.fromEntries(
      Object.entries(reply.headers).map(([name, value]) => [
        name,
        typeof value === 'string' ? value : [...value],
      ]),
    ),
    ...lengthOf(reply, length),
  });
}

/** Statuses without a body have no length (RFC 9110 section 6.4.1), nor have bodies that come in chunks. */
function lengthOf({ status, headers }: Reply, length: number): { 'Content-Length'?: number } {
  const without = status === 204 || status === 304 || 'Transfer-Encoding' in headers;
  return without ? {} : { 'Content-Length': length };
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

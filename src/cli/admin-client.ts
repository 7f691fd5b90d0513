import type { RequestOptions } from 'node:http';
import { connect } from 'node:net';

import { z } from 'zod';

import { systemCode } from '../errors.ts';
import { adminSocketPath } from '../server/admin-socket-path.ts';
import { folderOf } from './config-option.ts';
import { EXIT, Exit } from './exit.ts';
import { mark, say } from './say.ts';

/** An `import` of it would load all of `fetch`, too: more than the rest of a command does. */
const http = process.getBuiltinModule('node:http');

/** The largest answer of a gateway on this machine. Unit: bytes. */
const MAX_BYTES = 16 * 1024 * 1024;

/** Unit: milliseconds. */
const ANSWER_MS = 10_000;

/** How a gateway is asked. */
export interface AskOptions {
  /** How long it may take. Unit: milliseconds. */
  readonly answerMs?: number;
  /** What to say when there is nothing of what was asked for. */
  readonly missing?: string;
}

/**
 * Asks the gateway that runs with a configuration, over its Unix socket. Loopback in the strictest sense: no name, no
 * network, no proxy, so that it does not go through `net/`.
 *
 * @param config Path of the configuration's file.
 * @param schema Of the answer.
 */
export async function askGateway<Answer>(
  config: string,
  method: 'GET' | 'POST' | 'DELETE',
  path: string,
  schema: z.ZodType<Answer>,
  { answerMs = ANSWER_MS, missing }: AskOptions = {},
): Promise<Answer> {
  const socketPath = adminSocketPath({ directory: folderOf(config) });
  if (!(await gatewayRuns(config))) throw notRunning(socketPath);
  const { status, body } = await request({ socketPath, method, path, timeout: answerMs });
  if (status !== 200) throw refused(status, body, missing);
  return schema.parse(JSON.parse(body));
}

/** True when a gateway runs with a configuration: one that was killed leaves its socket behind. */
export async function gatewayRuns(config: string): Promise<boolean> {
  const socketPath = adminSocketPath({ directory: folderOf(config) });
  const code = await connectionError(socketPath);
  if (code !== undefined && !NOBODY_LISTENS.has(code)) throw notOpen(socketPath, code);
  return code === undefined;
}

/** Whatever else keeps a socket closed says nothing of whether a gateway runs behind it. */
const NOBODY_LISTENS: ReadonlySet<string> = new Set(['ENOENT', 'ENOTDIR', 'ECONNREFUSED']);

async function connectionError(socketPath: string): Promise<string | undefined> {
  const socket = connect(socketPath);
  const code = await new Promise<string | undefined>((resolve) => {
    socket.once('connect', () => resolve(undefined));
    socket.once('error', (error) => resolve(systemCode(error)));
  });
  socket.destroy();
  return code;
}

function notOpen(socketPath: string, code: string): Exit {
  say(`${mark('error')} ${socketPath} cannot be opened (${code})`);
  say('  Only the user of the gateway may open it: run this as that user.');
  return new Exit(EXIT.failed);
}

function notRunning(socketPath: string): Exit {
  say(`${mark('error')} no gateway answers at ${socketPath}`);
  say('  Start it with: entrada serve; or name its configuration with --config.');
  return new Exit(EXIT.failed);
}

const PROBLEM = z.object({ code: z.string(), message: z.string() });

function refused(status: number, body: string, missing: string | undefined): Exit {
  const problem = PROBLEM.safeParse(JSON.parse(body));
  const { code, message } = problem.data ?? { code: `status ${status}`, message: '' };
  const isMissing = missing !== undefined && code === 'SERVER_NOT_FOUND';
  say(`${mark('error')} ${isMissing ? missing : `${code}: ${message}`}`);
  return new Exit(EXIT.failed);
}

function request(options: RequestOptions): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const sent = http.request(options, (response) => {
      const chunks: Buffer[] = [];
      let length = 0;
      response.on('data', (chunk: Buffer) => {
        length += chunk.length;
        if (length > MAX_BYTES) sent.destroy(new Error('the answer is too large'));
        chunks.push(chunk);
      });
      response.on('error', reject); // it ended in the middle
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() }),
      );
    });
    sent.on('timeout', () => sent.destroy(new Error('the gateway does not answer')));
    sent.on('error', reject);
    sent.end();
  });
}

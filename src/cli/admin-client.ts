import http from 'node:http';
import { existsSync } from 'node:fs';

import { z } from 'zod';

import { adminSocketPath } from '../server/admin-socket-path.ts';
import { folderOf } from './config-option.ts';
import { EXIT, Exit } from './exit.ts';
import { mark, say } from './say.ts';

/** The largest answer of a gateway on this machine. Unit: bytes. */
const MAX_BYTES = 16 * 1024 * 1024;

/** Unit: milliseconds. */
const ANSWER_MS = 10_000;

/**
 * Asks the gateway that runs with a configuration, over its Unix socket. Loopback in the strictest sense: no name, no
 * network, no proxy, so that it does not go through `net/`.
 *
 * @param config Path of the configuration's file.
 * @param schema Of the answer.
 * @param answerMs How long it may take. Unit: milliseconds.
 */
export async function askGateway<Answer>(
  config: string,
  method: 'GET' | 'POST' | 'DELETE',
  path: string,
  schema: z.ZodType<Answer>,
  answerMs: number = ANSWER_MS,
): Promise<Answer> {
  const socketPath = adminSocketPath({ directory: folderOf(config) });
  if (!existsSync(socketPath)) throw notRunning(socketPath);
  const { status, body } = await request({ socketPath, method, path, timeout: answerMs });
  if (status !== 200) throw refused(status, body);
  return schema.parse(JSON.parse(body));
}

function notRunning(socketPath: string): Exit {
  say(`${mark('error')} no gateway answers at ${socketPath}`);
  say('  Start it with: entrada serve; or name its configuration with --config.');
  return new Exit(EXIT.failed);
}

const PROBLEM = z.object({ code: z.string(), message: z.string() });

function refused(status: number, body: string): Exit {
  const problem = PROBLEM.safeParse(JSON.parse(body));
  say(
    `${mark('error')} ${problem.success ? `${problem.data.code}: ${problem.data.message}` : `status ${status}`}`,
  );
  return new Exit(EXIT.failed);
}

function request(options: http.RequestOptions): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const sent = http.request(options, (response) => {
      const chunks: Buffer[] = [];
      let length = 0;
      response.on('data', (chunk: Buffer) => {
        length += chunk.length;
        if (length > MAX_BYTES) sent.destroy(new Error('the answer is too large'));
        chunks.push(chunk);
      });
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() }),
      );
    });
    sent.on('timeout', () => sent.destroy(new Error('the gateway does not answer')));
    sent.on('error', reject);
    sent.end();
  });
}

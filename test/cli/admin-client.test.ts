import { mkdirSync, symlinkSync } from 'node:fs';
import http, { type RequestListener } from 'node:http';
import path from 'node:path';

import test, { type ExecutionContext } from 'ava';
import { z } from 'zod';

import { askGateway, gatewayRuns } from '../../src/cli/admin-client.ts';
import { Exit } from '../../src/cli/exit.ts';
import { runCli } from '../_support/cli.ts';
import { temporaryFolder } from '../_support/temporary-folder.ts';

/** Something that answers where a gateway would; answers the path of its configuration. */
async function listen(t: ExecutionContext, answer: RequestListener): Promise<string> {
  const folder = temporaryFolder(t);
  mkdirSync(path.join(folder, 'var'));
  const server = http.createServer(answer);
  await new Promise<void>((resolve) =>
    server.listen(path.join(folder, 'var/entrada.sock'), resolve),
  );
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  return path.join(folder, 'entrada.yaml');
}

const ask = (config: string, answerMs?: number): Promise<unknown> =>
  askGateway(config, 'GET', '/sessions', z.unknown(), answerMs === undefined ? {} : { answerMs });

test('an answer of more than 16 MiB is not read to its end', async (t) => {
  const mebibyte = Buffer.alloc(1024 * 1024, ' ');
  const ended = Promise.withResolvers<void>();
  const config = await listen(t, (_, response) => {
    const more = (): void => {
      while (!response.destroyed && response.write(mebibyte)); // for ever, if nobody ends it
    };
    response.on('drain', more).on('close', () => ended.resolve());
    more();
  });
  await t.throwsAsync(ask(config), { message: /too large/ });
  await t.notThrowsAsync(ended.promise);
});

test('a gateway that does not answer in time is not waited for', async (t) => {
  const config = await listen(t, () => undefined);
  await t.throwsAsync(ask(config, 1), { message: /does not answer/ });
});

test('an answer that breaks off is none', async (t) => {
  const config = await listen(t, (_, response) => {
    response.writeHead(200, { 'content-length': 100 });
    response.write('{', () => response.destroy());
  });
  await t.throwsAsync(ask(config), { code: 'ECONNRESET' });
});

test('a socket that is not there is of no gateway', async (t) => {
  const folder = temporaryFolder(t);
  t.false(await gatewayRuns(path.join(folder, 'entrada.yaml')));
});

test('a socket that cannot be opened is not taken for one that nobody listens at', async (t) => {
  const folder = temporaryFolder(t);
  symlinkSync('var', path.join(folder, 'var')); // like a folder of another user: it cannot be entered
  const config = path.join(folder, 'entrada.yaml');
  await t.throwsAsync(gatewayRuns(config), { instanceOf: Exit });
  const { code, stderr } = await runCli(['sessions', 'list', '--config', config]);
  t.is(code, 1);
  t.regex(stderr, /entrada\.sock cannot be opened \(ELOOP\)\n {2}Only the user of the gateway/);
});

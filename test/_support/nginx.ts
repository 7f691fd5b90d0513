import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { freePort } from '../../src/cli/free-port.ts';
import type { CertificateFiles } from './certificate.ts';
import { requireDebian } from './debian.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { untilItListens } from './until-it-listens.ts';

/** What a test offers to clean up after itself. */
interface Teardown {
  teardown(fn: () => Promise<void> | void): void;
}

const SAMPLE = new URL('../../deploy/nginx/entrada.conf', import.meta.url);

/** What stands in the sample, and what stands there in the test: each of these must occur. */
export interface Places {
  readonly entrada: number;
  readonly application: number;
  readonly tls: CertificateFiles;
  /** Further changes, as an operator makes them. */
  readonly edits?: readonly (readonly [from: string, to: string])[];
}

/** Starts nginx with the sample of `deploy/`, on a free port; answers the port. It ends with the test. */
export async function startNginx(t: Teardown, places: Places): Promise<number> {
  const port = await freePort();
  const folder = temporaryFolder(t);
  for (const name of ['body', 'proxy']) mkdirSync(join(folder, name));
  writeFileSync(join(folder, 'entrada.conf'), fill(readFileSync(SAMPLE, 'utf8'), port, places));
  writeFileSync(join(folder, 'nginx.conf'), frame(folder));
  const child = spawn(
    requireDebian('nginx'),
    ['-p', folder, '-e', join(folder, 'error.log'), '-c', join(folder, 'nginx.conf')],
    {
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  );
  t.teardown(async () => {
    child.kill('SIGTERM');
    await once(child, 'exit');
  });
  await untilItListens(port, 'nginx');
  return port;
}

function fill(
  sample: string,
  port: number,
  { entrada, application, tls, edits = [] }: Places,
): string {
  const changes = [
    ['listen 443 ssl;', `listen 127.0.0.1:${port} ssl;`],
    ['server 127.0.0.1:8080;', `server 127.0.0.1:${entrada};`],
    ['server 127.0.0.1:3000;', `server 127.0.0.1:${application};`],
    ['/etc/nginx/tls/files.example.com.crt', tls.certificate],
    ['/etc/nginx/tls/files.example.com.key', tls.key],
    ...edits,
  ] as const;
  return changes.reduce((text, [from, to]) => {
    if (text.split(from).length !== 2) throw new Error(`the sample should say ${from} once`);
    return text.replace(from, () => to);
  }, sample);
}

/** One process in the foreground, with nothing outside its folder. */
const frame = (folder: string): string => `
daemon off;
master_process off;
pid ${folder}/nginx.pid;
events { worker_connections 256; }
http {
  access_log ${folder}/access.log;
  client_body_temp_path ${folder}/body;
  proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi;
  scgi_temp_path ${folder}/scgi;
  include ${folder}/entrada.conf;
}
`;

/**
 * The floor under a sign-in: a bare `node:https` server that answers everything with a small page. Arguments: certificate,
 * key. Prints its port; answers `cpu` with the CPU time that it used so far, in microseconds.
 */
import { readFileSync } from 'node:fs';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';

const [, , certificate = '', key = ''] = process.argv;
const page = `<!doctype html><title>floor</title>${'<p>floor</p>'.repeat(100)}`;
const options = { cert: readFileSync(certificate), key: readFileSync(key) };
const server = https.createServer(options, (request, response) => {
  request.resume();
  request.on('end', () => response.setHeader('content-type', 'text/html').end(page));
});
server.listen(0, '127.0.0.1', () =>
  process.stdout.write(`${(server.address() as AddressInfo).port}\n`),
);
createInterface({ input: process.stdin }).on('line', () => {
  const { user, system } = process.cpuUsage();
  process.stdout.write(`${user + system}\n`);
});

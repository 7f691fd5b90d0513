/** Pages of groups as Graph gives them. Arguments: certificate, key, groups in all, groups of a page. Prints its port. */
import { randomUUID } from 'node:crypto';
import https from 'node:https';
import type { AddressInfo } from 'node:net';

const [, , cert = '', key = '', all = '', size = ''] = process.argv;
const groups = Array.from({ length: Number(all) }, (_, index) => ({
  '@odata.type': '#microsoft.graph.group',
  id: randomUUID(),
  displayName: `Group ${index + 1}`,
  securityEnabled: true,
}));

const server = https.createServer({ cert, key }, (request, response) => {
  const url = new URL(request.url ?? '', `https://${request.headers.host}`);
  const from = Number(url.searchParams.get('$skiptoken') ?? 0);
  const to = from + Number(size);
  url.searchParams.set('$skiptoken', String(to));
  const next = to < groups.length ? { '@odata.nextLink': url.href } : {};
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify({ ...next, value: groups.slice(from, to) }));
});
server.listen(0, '127.0.0.1', () =>
  process.stdout.write(`${(server.address() as AddressInfo).port}\n`),
);

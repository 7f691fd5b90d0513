import net from 'node:net';

import test from 'ava';

import { freePort } from '../../src/cli/free-port.ts';

test('a free port can be listened on, and is none that the system gives to connections', async (t) => {
  const port = await freePort();
  t.true(port >= 10_240 && port < 32_768);
  const server = net.createServer();
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  await new Promise((resolve) => server.close(resolve));
});

test('nobody else who asks is given the same port, whether or not anybody listens on it by then', async (t) => {
  const ports = await Promise.all(Array.from({ length: 50 }, () => freePort()));
  t.is(new Set(ports).size, ports.length);
});

test('a port that somebody listens on is not free: another one is tried, and not for ever', async (t) => {
  const server = net.createServer();
  const taken = await freePort();
  await new Promise<void>((resolve) => server.listen(taken, '127.0.0.1', resolve));
  const other = await freePort();
  const ports = [taken, other];
  t.is(await freePort(() => ports.shift() ?? 0), other);
  await t.throwsAsync(freePort(() => taken));
  await new Promise((resolve) => server.close(resolve));
});

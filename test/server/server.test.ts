import { connect as connectTcp, createServer as createTcpServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect } from 'node:tls';
import type { TLSSocket } from 'node:tls';
import { once } from 'node:events';

import test from 'ava';

import { readCertificate } from '../../src/server/certificates.ts';
import { startGateway } from '../_support/gateway-server.ts';
import type { TestGateway } from '../_support/gateway-server.ts';
import { certificateFiles } from '../_support/certificate.ts';
import { temporaryFolder } from '../_support/temporary-folder.ts';

/** Opens TLS; answers the socket after the handshake. */
async function handshake({ port, tls }: TestGateway, more: object = {}): Promise<TLSSocket> {
  const socket = connect({
    port,
    host: '127.0.0.1',
    servername: 'files.example.com',
    ca: tls?.ca ?? '',
    ...more,
  });
  await once(socket, 'secureConnect');
  return socket;
}

const serialOf = async (gateway: TestGateway): Promise<string> => {
  const socket = await handshake(gateway);
  const { serialNumber } = socket.getPeerCertificate();
  socket.destroy();
  return serialNumber;
};

test('TLS begins with 1.2', async (t) => {
  const gateway = await startGateway(t);
  const socket = await handshake(gateway, { minVersion: 'TLSv1.2', maxVersion: 'TLSv1.2' });
  t.is(socket.getProtocol(), 'TLSv1.2');
  socket.destroy();
  const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' };
  await t.throwsAsync(handshake(gateway, old));
});

test('a renewed certificate is taken without a restart', async (t) => {
  const gateway = await startGateway(t, { options: { certificateEveryMs: 20 } });
  const before = await serialOf(gateway);
  await gateway.tls?.renew();
  let after = before;
  for (let tries = 0; tries < 100 && after === before; tries++) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    after = await serialOf(gateway);
  }
  t.not(after, before);
});

test('a certificate that does not fit leaves the old one in use', async (t) => {
  const gateway = await startGateway(t, { options: { certificateEveryMs: 20 } });
  const before = await serialOf(gateway);
  writeFileSync(gateway.tls!.certificate, 'nonsense');
  const failed = (): boolean => gateway.lines.some(({ code }) => code === 'SERVER_CERTIFICATE');
  for (let tries = 0; tries < 100 && !failed(); tries++) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  t.true(failed());
  t.is(await serialOf(gateway), before);
});

test('a certificate that is missing, or of another key, is told at once', async (t) => {
  const [one, other] = [await certificateFiles(t, ['a']), await certificateFiles(t, ['b'])];
  const refused = { code: 'SERVER_CERTIFICATE' };
  t.throws(() => readCertificate({ certificate: one.certificate, key: other.key }), refused);
  t.throws(() => readCertificate({ certificate: '/nowhere.crt', key: one.key }), refused);
  await t.throwsAsync(
    startGateway(t, { server: { tls: { certificate: '/nowhere', key: '/nowhere' } } }),
    refused,
  );
});

test('behind a proxy that ends TLS the gateway speaks HTTP', async (t) => {
  const gateway = await startGateway(t, { server: { tls: 'off', trustedProxies: ['127.0.0.1'] } });
  const headers = { 'x-forwarded-for': '203.0.113.9', 'x-forwarded-proto': 'https' };
  const reply = await gateway.send('/__chsps__/login', { headers });
  t.is(reply.status, 200);
  t.is(gateway.lines.at(-1)?.['address'], '203.0.113.9');
});

test('a port that is taken is told with the address', async (t) => {
  const taken = createTcpServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  t.teardown(() => taken.close());
  const { port } = taken.address() as AddressInfo;
  const starting = startGateway(t, { server: { listen: { host: '127.0.0.1', port } } });
  const error = await t.throwsAsync(starting, { code: 'SERVER_LISTEN' });
  t.true(error?.message.includes(String(port)));
});

test('closing lets a running request end, and takes no other', async (t) => {
  const gateway = await startGateway(t);
  let release = (): void => {};
  const { next } = gateway.flow;
  const begun = new Promise<void>((resolve) => {
    gateway.flow.next = async () => {
      resolve();
      await new Promise<void>((go) => (release = go));
      return next();
    };
  });
  const options = {
    method: 'POST',
    body: 'state=s',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  };
  const running = gateway.send(`/?redirect-${gateway.config.authentications[0]!.id}`, options);
  await begun;
  const closing = gateway.close();
  await t.throwsAsync(handshake(gateway));
  release();
  t.is((await running).status, 303);
  await closing;
});

test('closing does not wait for connections that ask nothing, and closes twice', async (t) => {
  const gateway = await startGateway(t);
  await gateway.send('/__chsps__/login');
  const before = Date.now();
  await gateway.close();
  await gateway.close();
  t.true(Date.now() - before < 3000);
});

test('closing waits ten seconds at most for a handshake that nobody goes on with', async (t) => {
  const gateway = await startGateway(t);
  const socket = connectTcp(gateway.port, '127.0.0.1');
  t.teardown(() => void socket.destroy());
  await once(socket, 'connect');
  const before = performance.now();
  await gateway.close();
  t.true(performance.now() - before < 12_000);
});

test('a key that cannot be read is told at once', async (t) => {
  const files = await certificateFiles(t, ['a']);
  const key = join(temporaryFolder(t), 'empty.key');
  writeFileSync(key, '');
  chmodSync(key, 0o600);
  t.throws(() => readCertificate({ ...files, key }), { code: 'SERVER_CERTIFICATE' });
});

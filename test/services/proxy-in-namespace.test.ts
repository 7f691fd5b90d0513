import { writeFileSync } from 'node:fs';
import path from 'node:path';

import test, { type ExecutionContext } from 'ava';

import {
  createCertificateAuthority,
  createServerCertificate,
} from '../../src/emulator/certificate.ts';
import {
  type DebianProxy,
  startMicrosocks,
  startSquid,
  startTinyproxy,
} from '../_support/debian-proxies.ts';
import { createNamespace } from '../_support/namespace.ts';
import {
  type NamespaceGateway,
  neverCalled,
  startNamespaceGateway,
} from '../_support/namespace-gateway.ts';
import { until } from '../_support/proxy-route.ts';
import { temporaryFolder } from '../_support/temporary-folder.ts';

/** Where proxies are, for the namespace as for this machine. */
const HOST = '127.0.0.1';

/** Hosts of the tenant: names that the namespace and this machine do not know, and that only squid is told. */
const HOSTS = { 'login.localhost': '127.0.0.1', 'graph.localhost': '127.0.0.1' };

/** A whole sign-in that reaches every endpoint, each through the proxy, whose log names them. */
async function signsIn(
  t: ExecutionContext,
  gateway: NamespaceGateway,
  proxy: DebianProxy,
): Promise<void> {
  const { signedIn, page } = await gateway.visit();
  t.true(signedIn, gateway.output());
  t.true(page.html.includes('department-gate'));
  t.deepEqual(neverCalled(gateway.emulator), []);
  const { login, graph } = gateway.emulator;
  for (const { host } of [login, graph].map((origin) => new URL(origin))) {
    await until(() => proxy.log().includes(host), `${HOST} in the log of the proxy`);
  }
}

test.serial(
  'the proxy of the method carries every connection: discovery, keys, tokens, groups, and extensions [P3] [P23]',
  async (t) => {
    const namespace = createNamespace(t);
    if (!namespace) return;
    const tinyproxy = await startTinyproxy(t);
    await namespace.leadOut(tinyproxy.port);
    const method = { proxy: `connect://${HOST}:${tinyproxy.port}` };
    await signsIn(t, await startNamespaceGateway(t, namespace, { method }), tinyproxy);
  },
);

test.serial(
  'a whole sign-in goes through SOCKS with a user name and a password [P3] [P13] [P23]',
  async (t) => {
    const namespace = createNamespace(t);
    if (!namespace) return;
    const microsocks = await startMicrosocks(t, { user: ['jane@contoso', 'p@s:s%wörd'] });
    await namespace.leadOut(microsocks.port);
    const credentials = 'jane%40contoso:p%40s%3As%25w%C3%B6rd';
    const method = { proxy: `socks5h://${credentials}@${HOST}:${microsocks.port}` };
    const gateway = await startNamespaceGateway(t, namespace, { method });
    await signsIn(t, gateway, microsocks);
    t.notRegex(gateway.output(), /jane@contoso'|p@s:s%w|ExperimentalWarning/);
  },
);

test.serial(
  'a whole sign-in goes through squid with credentials, to names that only squid knows [P3] [P4] [P23]',
  async (t) => {
    const namespace = createNamespace(t);
    if (!namespace) return;
    const users = { 'jane@contoso': 'p@s:s%wörd' };
    const squid = await startSquid(t, { hosts: HOSTS, users });
    await namespace.leadOut(squid.port);
    const credentials = 'jane%40contoso:p%40s%3As%25w%C3%B6rd';
    const method = { proxy: `http://${credentials}@${HOST}:${squid.port}` };
    const gateway = await startNamespaceGateway(t, namespace, { method, layout: 'names' });
    const { signedIn } = await gateway.visit();
    t.true(signedIn, gateway.output());
    t.deepEqual(neverCalled(gateway.emulator), []);
  },
);

test.serial(
  'a whole sign-in goes through a squid behind TLS that the environment names [P12] [P17] [P23]',
  async (t) => {
    const namespace = createNamespace(t);
    if (!namespace) return;
    const authority = await createCertificateAuthority('Proxies');
    const tls = await createServerCertificate(authority, [HOST]);
    const squid = await startSquid(t, { tls });
    await namespace.leadOut(squid.port);
    const gateway = await startNamespaceGateway(t, namespace, {
      method: { proxy: 'env', tls_trusted_certificates: ['proxies.crt'] },
      environment: { HTTPS_PROXY: `https://${HOST}:${squid.port}` },
      files: { 'proxies.crt': authority.certificate },
    });
    const { signedIn } = await gateway.visit();
    t.true(signedIn, gateway.output());
    t.deepEqual(neverCalled(gateway.emulator), []);
  },
);

test.serial(
  'a whole sign-in goes through what a script names, when its first proxy is gone [P15] [P23]',
  async (t) => {
    const namespace = createNamespace(t);
    if (!namespace) return;
    const tinyproxy = await startTinyproxy(t);
    await namespace.leadOut(tinyproxy.port);
    const script = `function FindProxyForURL() { return 'PROXY ${HOST}:1; PROXY ${HOST}:${tinyproxy.port}'; }`;
    const folder = temporaryFolder(t);
    writeFileSync(path.join(folder, 'proxy.pac'), script);
    const method = { proxy: `pac+file://${folder}/proxy.pac` };
    await signsIn(t, await startNamespaceGateway(t, namespace, { method }), tinyproxy);
  },
);

test.serial(
  'a proxy that inspects TLS is trusted by its certificate, given in the file itself [P11] [P23]',
  async (t) => {
    const namespace = createNamespace(t);
    if (!namespace) return;
    const tenant = await createCertificateAuthority('Tenant');
    const inspector = await createCertificateAuthority('Corporate inspection');
    const squid = await startSquid(t, {
      inspect: { ...inspector, trusts: tenant.certificate },
    });
    await namespace.leadOut(squid.port);
    const gateway = await startNamespaceGateway(t, namespace, {
      certificateAuthority: tenant,
      method: {
        proxy: `http://${HOST}:${squid.port}`,
        tls_trusted_certificates: [inspector.certificate],
      },
    });
    const { signedIn } = await gateway.visit();
    t.true(signedIn, gateway.output());
    t.deepEqual(neverCalled(gateway.emulator), []);
  },
);

test.serial(
  'without the proxy nothing is reached: the namespace has no other way out',
  async (t) => {
    const namespace = createNamespace(t);
    if (!namespace) return;
    const gateway = await startNamespaceGateway(t, namespace, { method: { proxy: '' } });
    await t.throwsAsync(gateway.visit());
    t.regex(gateway.output(), /NET_UNREACHABLE|ENTRA_UNREACHABLE/);
    t.is(gateway.emulator.journal.count({ endpoint: 'discovery' }), 0);
  },
);

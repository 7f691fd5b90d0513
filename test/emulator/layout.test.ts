import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { fetch } from 'undici';
import test from 'ava';
import {
  contoso,
  createCertificateAuthority,
  type Emulator,
  startEmulator,
} from '../../src/emulator/index.ts';
import { emulatorAgent } from '../_support/emulator-browser.ts';
import { Bed, REDIRECT } from '../_support/emulator-bed.ts';

const tenants = [contoso([REDIRECT])];

const get = async (
  emulator: Emulator,
  url: string,
  init: object = {},
): Promise<{ status: number; text: string }> => {
  const dispatcher = emulatorAgent(emulator);
  const response = await fetch(url, { dispatcher, ...init });
  return { status: response.status, text: await response.text() };
};

test('with names all hosts share one port', async (t) => {
  await using emulator = await startEmulator({ tenants });
  const { port } = new URL(emulator.login);
  t.is(emulator.login, `https://login.localhost:${port}`);
  t.is(emulator.graph, `https://graph.localhost:${port}`);
  t.is(emulator.portal, `https://portal.localhost:${port}`);
  t.deepEqual(emulator.authority, {
    login: emulator.login,
    map: {
      'https://graph.microsoft.com': emulator.graph,
      'https://contoso.blob.core.windows.net': `https://contoso.blob.localhost:${port}`,
      'https://contoso-my.sharepoint.com': `https://contoso-my.sharepoint.localhost:${port}`,
    },
  });
});

test('with ports every host is localhost, on a port of its own', async (t) => {
  await using bed = new Bed(await startEmulator({ tenants, layout: 'ports' }));
  const { login, graph, portal, authority } = bed.emulator;
  const origins = [login, portal, ...Object.values(authority.map)];
  t.true(origins.every((origin) => /^https:\/\/localhost:\d+$/.test(origin)));
  t.is(new Set(origins).size, 5);
  t.is(authority.map['https://graph.microsoft.com'], graph);
  const token = await bed.accessToken('openid profile User.Read');
  t.is((await bed.graph('/v1.0/me', token)).status, 200);
  t.regex((await get(bed.emulator, portal)).text, /Entra emulator/);
});

test('with ports and a first port, the others follow it', async (t) => {
  // Below the range that the system gives out by itself, so that nobody else has them.
  const first = 20_000 + (process.pid % 1000) * 8;
  await using emulator = await startEmulator({ tenants, layout: 'ports', port: first });
  t.is(emulator.login, `https://localhost:${first}`);
  t.is(emulator.graph, `https://localhost:${first + 1}`);
});

test('at localhost and at the address the path tells login from Graph', async (t) => {
  await using emulator = await startEmulator({ tenants });
  const { port } = new URL(emulator.login);
  for (const host of ['localhost', '127.0.0.1']) {
    // oxlint-disable-next-line no-await-in-loop -- one host after the other
    const keys = await get(emulator, `https://${host}:${port}/contoso.example/discovery/v2.0/keys`);
    // oxlint-disable-next-line no-await-in-loop -- as above
    const me = await get(emulator, `https://${host}:${port}/v1.0/me`);
    t.deepEqual([keys.status, me.status], [200, 401]);
  }
});

test('another suffix names the hosts', async (t) => {
  await using emulator = await startEmulator({ tenants, hostSuffix: 'entra.test' });
  t.regex(emulator.graph, /^https:\/\/graph\.entra\.test:\d+$/);
});

test('the certificate authority of an earlier start is used again', async (t) => {
  const certificateAuthority = await createCertificateAuthority();
  await using emulator = await startEmulator({ tenants, certificateAuthority });
  t.is(emulator.ca, certificateAuthority.certificate);
  t.deepEqual(emulator.certificateAuthority, certificateAuthority);
  t.is((await get(emulator, emulator.portal)).status, 200);
});

test('an address that others can reach is refused, unless it is asked for by name', async (t) => {
  await t.throwsAsync(startEmulator({ tenants, host: '0.0.0.0' }), { code: 'EMULATOR_ADDRESS' });
  await using emulator = await startEmulator({ tenants, host: '0.0.0.0', allowAnyAddress: true });
  t.is((await get(emulator, emulator.portal)).status, 200);
});

/** Servers of this process that listen. */
const listening = (): number =>
  process.getActiveResourcesInfo().filter((name) => name === 'TCPServerWrap').length;

test.serial('with ports, one that is taken leaves none of the others open', async (t) => {
  await using taken = await startEmulator({ tenants });
  const port = Number(new URL(taken.login).port);
  const before = listening();
  await t.throwsAsync(startEmulator({ tenants, layout: 'ports', port }), {
    code: 'EMULATOR_ADDRESS',
  });
  // A closed handle is counted until the event loop has come to it.
  for (let turn = 0; listening() > before && turn < 200; turn += 1) await sleep(10);
  t.is(listening(), before);
});

test('closing waits for nobody: not for a request that hangs, not for a TLS handshake that never ends', async (t) => {
  const emulator = await startEmulator({ tenants });
  emulator.hangNext('keys');
  const { id } = emulator.tenant();
  const hanging = get(emulator, `${emulator.login}/${id}/discovery/v2.0/keys`).catch(() => 'ended');
  const socket = connect(Number(new URL(emulator.login).port), '127.0.0.1');
  const ended = once(socket, 'close');
  await once(socket, 'connect');
  while (emulator.journal.count({ endpoint: 'keys' }) === 0) await sleep(10);
  const late = sleep(10_000, 'late', { ref: false });
  t.is(await Promise.race([emulator.close().then(() => 'closed'), late]), 'closed');
  t.is(await hanging, 'ended');
  await ended;
  socket.destroy();
});

test('a port that is none is refused', async (t) => {
  for (const options of [{ port: 70_000 }, { port: 65_534, layout: 'ports' as const }]) {
    // oxlint-disable-next-line no-await-in-loop -- one start after the other
    await t.throwsAsync(startEmulator({ tenants, ...options }), { code: 'EMULATOR_ADDRESS' });
  }
});

test('a port that is taken is refused', async (t) => {
  await using emulator = await startEmulator({ tenants });
  const port = Number(new URL(emulator.login).port);
  await t.throwsAsync(startEmulator({ tenants, port }), { code: 'EMULATOR_ADDRESS' });
});

test('without options it is the Contoso of the demo', async (t) => {
  await using emulator = await startEmulator();
  t.is(emulator.tenant().name, 'Contoso');
  t.deepEqual(emulator.tenants, [emulator.tenant('contoso.example').id]);
});

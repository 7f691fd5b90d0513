import test from 'ava';

import { signInByHand } from '../../src/testing/visit.ts';
import { startSquid } from '../_support/debian-proxies.ts';
import { connectProxy } from '../_support/fake-proxy.ts';
import { neverCalled } from '../_support/namespace-gateway.ts';
import { until } from '../_support/proxy-route.ts';
import { exampleFolder, startWorld } from '../_support/world.ts';

/** Hosts of the tenant, which squid is told: it does not know names below localhost. */
const HOSTS = { 'login.localhost': '127.0.0.1', 'graph.localhost': '127.0.0.1' };

const DEPARTMENT_GATE = {
  source: exampleFolder('department-gate'),
  grant: {
    tokens: [{ resource: 'https://graph.microsoft.com', allow: ['GET /v1.0/me'] }],
  },
  config: { departments: ['Finance', 'Legal', 'Management'] },
};

const SIGN_INS = 50;

test.serial(
  'fifty people sign in at once through squid with a password, and an extension is asked for each [P21] [P23]',
  async (t) => {
    const squid = await startSquid(t, { hosts: HOSTS, users: { jane: 'right-password' } });
    const proxy = `http://jane:right-password@127.0.0.1:${squid.port}`;
    const world = await startWorld(t, { method: { proxy }, extensions: [DEPARTMENT_GATE] });
    const visits = await Promise.all(
      Array.from({ length: SIGN_INS }, () =>
        signInByHand(world.visitor(), `${world.origin}/`, 'jane@contoso.example'),
      ),
    );
    t.is(visits.filter(({ signedIn }) => signedIn).length, SIGN_INS, world.lines.join(''));
    t.deepEqual(neverCalled(world.emulator), []);
    const asked = world.emulator.journal.count({ endpoint: 'graph.me' });
    t.true(asked >= SIGN_INS, `${asked} calls of the extension`);
    t.notRegex(world.lines.join(''), /right-password/);
  },
);

test.serial(
  'a gateway that ends leaves no connection to its proxy, and the next one makes its own [P20]',
  async (t) => {
    await using proxy = await connectProxy();
    const method = { proxy: `connect://127.0.0.1:${proxy.port}` };
    const world = await startWorld(t, { method, extensions: [DEPARTMENT_GATE] });
    t.true((await world.signIn('jane@contoso.example')).signedIn);
    t.true(proxy.open > 0);
    await world.gateway[Symbol.asyncDispose]();
    await until(() => proxy.open === 0, 'the end of the connections');
    const before = proxy.asked.length;
    await world.restart();
    t.true((await world.signIn('jane@contoso.example')).signedIn);
    t.true(proxy.asked.length > before);
  },
);

test.serial(
  'a proxy that refuses ends a sign-in with what the operator has to do, and without a session [P5] [P6]',
  async (t) => {
    const squid = await startSquid(t, { hosts: HOSTS, users: { jane: 'right-password' } });
    const proxy = `http://jane:wrong-password@127.0.0.1:${squid.port}`;
    const world = await startWorld(t, { method: { proxy } });
    await t.throwsAsync(signInByHand(world.visitor(), `${world.origin}/`, 'jane@contoso.example'));
    const log = world.lines.join('');
    t.regex(log, /NET_PROXY/);
    t.notRegex(log, /wrong-password/);
    t.is(world.emulator.journal.count({ endpoint: 'discovery' }), 0);
  },
);

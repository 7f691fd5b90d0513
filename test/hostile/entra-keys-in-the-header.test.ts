import test from 'ava';
import { createDesk, KEY, refusedWith, signIn } from '../_support/entra-desk.ts';
import { createKey, LOGIN } from '../_support/entra-tokens.ts';

const ATTACKER = createKey();

const HEADERS = {
  jwk: { jwk: ATTACKER.jwk },
  jku: { jku: 'https://evil.example/keys' },
  x5u: { x5u: 'https://evil.example/chain.pem' },
  x5c: { x5c: ['MIIBszCCAVmgAwIBAgIUQ'] },
};

for (const [name, header] of Object.entries(HEADERS)) {
  for (const kid of [KEY.kid, ATTACKER.kid]) {
    test(`a token that brings its own key by ${name}, under ${kid === KEY.kid ? 'the tenant’s' : 'its own'} kid, is refused and asks nobody else [36] [N36] [N37]`, async (t) => {
      const desk = createDesk();
      const work = signIn(desk, { key: ATTACKER, header: { ...header, kid } });
      await refusedWith(
        t,
        desk,
        kid === KEY.kid ? 'ENTRA_TOKEN_SIGNATURE' : 'ENTRA_TOKEN_KEY',
        work,
      );
      const origins = desk.tenant.requests.map(({ url }) => new URL(url).origin);
      t.deepEqual([...new Set(origins)], [LOGIN]);
    });
  }

  test(`a genuine token with ${name} in its header is accepted by the tenant’s key alone [36]`, async (t) => {
    const desk = createDesk();
    await t.notThrowsAsync(signIn(desk, { header }));
    t.is(desk.tenant.requests.length, 2);
  });
}

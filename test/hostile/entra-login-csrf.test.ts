import test from 'ava';
import { CODE, createDesk, IMPLICIT, refusedWith } from '../_support/entra-desk.ts';
import { TOKEN_URL } from '../_support/scripted-tenant.ts';

for (const config of [IMPLICIT, CODE]) {
  const kind = config === CODE ? 'code' : 'token';

  test(`an attacker’s own valid ${kind}, posted by the victim’s browser, signs nobody in [21] [29] [N83]`, async (t) => {
    const desk = createDesk({ config });
    const attackers = await desk.answer(await desk.begin());
    const error = await refusedWith(
      t,
      desk,
      'ENTRA_OTHER_BROWSER',
      desk.entra.finish({ ...attackers, cookies: {} }),
    );
    t.is(error.signIn, null, 'and the page leads nowhere that the attacker chose');
    t.deepEqual(desk.tenant.to(TOKEN_URL), []);
  });

  test(`an attacker’s ${kind} in the victim’s own sign-in signs nobody in [42] [45] [N27]`, async (t) => {
    const desk = createDesk({ config });
    const [attacker, victim] = [await desk.begin(), await desk.begin()];
    const stolen = await desk.answer(attacker);
    const parameters = stolen.parameters.map(
      ([name, value]) => [name, name === 'state' ? victim.state : value] as const,
    );
    const work = desk.entra.finish({ ...stolen, parameters, cookies: victim.cookies });
    await t.throwsAsync(work, { code: 'ENTRA_TOKEN_NONCE' });
  });
}

test('a victim’s code in an attacker’s sign-in is refused by PKCE as well as by the nonce [15] [N93]', async (t) => {
  const desk = createDesk({ config: CODE });
  const [attacker, victim] = [await desk.begin(), await desk.begin()];
  const stolen = await desk.answer(victim);
  const parameters = stolen.parameters.map(
    ([name, value]) => [name, name === 'state' ? attacker.state : value] as const,
  );
  desk.tenant.on(TOKEN_URL, {
    status: 400,
    json: { error: 'invalid_grant', error_codes: [501481] },
  });
  const work = desk.entra.finish({ ...stolen, parameters, cookies: attacker.cookies });
  await t.throwsAsync(work, { code: 'ENTRA_GRANT_REFUSED' });
});

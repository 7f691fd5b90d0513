import test from 'ava';
import { CODE, createDesk, formOf, IMPLICIT, type Desk } from '../_support/entra-desk.ts';
import { APPLICATION, GRAPH } from '../_support/entra-tokens.ts';
import { TOKEN_URL, type Scripted } from '../_support/scripted-tenant.ts';

const answer = (token: string, more: object = {}): Scripted => ({
  json: { token_type: 'Bearer', expires_in: 3600, access_token: token, ...more },
});

/** A desk whose token endpoint numbers its tokens. */
function numbered(): Desk {
  const desk = createDesk({ config: CODE });
  desk.tenant.on(TOKEN_URL, (_, call) => answer(`app-token-${call}`));
  return desk;
}

const asked = (desk: Desk): number => desk.tenant.to(TOKEN_URL).length;

test('a token of the application comes by client credentials, for all that was granted [63]', async (t) => {
  const desk = numbered();
  const { token, resource, expiresAt } = await desk.entra.appToken(GRAPH);
  t.deepEqual([token.reveal(), resource, expiresAt], ['app-token-1', GRAPH, desk.now + 3_600_000]);
  const form = formOf(desk.tenant.to(TOKEN_URL)[0]?.body);
  t.is(form.get('grant_type'), 'client_credentials');
  t.is(form.get('client_id'), APPLICATION);
  t.is(form.get('scope'), `${GRAPH}/.default`);
  t.truthy(form.get('client_secret'));
  t.false(form.has('claims'));
});

test('a resource that ends with a slash keeps it [57]', async (t) => {
  const desk = numbered();
  await desk.entra.appToken('https://management.azure.com/');
  const form = formOf(desk.tenant.to(TOKEN_URL)[0]?.body);
  t.is(form.get('scope'), 'https://management.azure.com//.default');
});

test('a token of the application is kept for each resource', async (t) => {
  const desk = numbered();
  await desk.entra.appToken(GRAPH);
  desk.now += 47 * 60_000;
  await desk.entra.appToken(GRAPH);
  t.is(asked(desk), 1);
  await desk.entra.appToken('https://storage.azure.com');
  t.is(asked(desk), 2);
});

test('a token of before the clock was set back is not believed to live', async (t) => {
  const desk = numbered();
  await desk.entra.appToken(GRAPH);
  desk.now -= 7_200_000;
  t.is((await desk.entra.appToken(GRAPH)).token.reveal(), 'app-token-2');
});

test('many that ask at once cause one request', async (t) => {
  const desk = numbered();
  const all = await Promise.all(Array.from({ length: 20 }, () => desk.entra.appToken(GRAPH)));
  t.is(new Set(all.map(({ token }) => token.reveal())).size, 1);
  t.is(asked(desk), 1);
});

test('from 80 % of its life on a new one is fetched, and nobody waits for it', async (t) => {
  const desk = numbered();
  await desk.entra.appToken(GRAPH);
  desk.now += 48 * 60_000;
  t.is((await desk.entra.appToken(GRAPH)).token.reveal(), 'app-token-1');
  await new Promise(setImmediate);
  t.is((await desk.entra.appToken(GRAPH)).token.reveal(), 'app-token-2');
});

test('an old token serves while a new one cannot be had, which is told, and is not served when it is over', async (t) => {
  const desk = numbered();
  await desk.entra.appToken(GRAPH);
  desk.tenant.on(TOKEN_URL, { status: 400, json: { error: 'invalid_resource' } });
  desk.now += 50 * 60_000;
  t.is((await desk.entra.appToken(GRAPH)).token.reveal(), 'app-token-1');
  await new Promise(setImmediate);
  t.regex(desk.log.join('\n'), /could not be renewed[^]*ENTRA_RESOURCE_REFUSED/);
  desk.now += 10 * 60_000;
  await t.throwsAsync(desk.entra.appToken(GRAPH), { code: 'ENTRA_RESOURCE_REFUSED' });
});

test('without a credential the application gets no token, and nothing is asked', async (t) => {
  const desk = createDesk({ config: IMPLICIT });
  await t.throwsAsync(desk.entra.appToken(GRAPH), { code: 'ENTRA_CLIENT_REFUSED' });
  t.is(asked(desk), 0);
});

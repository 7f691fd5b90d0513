import test from 'ava';

import { CONTOSO_APPLICATION_ID } from '../../src/emulator/index.ts';
import { formsOf, type VisitedPage, type Visitor } from '../../src/testing/visitor.ts';
import { follow, JANE, nobodyIn, signInAtOnce } from '../_support/rounds.ts';
import { startWorld, type World } from '../_support/world.ts';

type Opened = VisitedPage & { readonly location: string | null };

/** Presses the button "Sign out" on the page of the signed-in person. */
async function signOut(world: World, visitor: Visitor): Promise<Opened> {
  const page = await visitor.open(`${world.origin}/`);
  const form = formsOf(page).find(({ action }) => action === '/__chsps__/logout');
  if (!form) throw new Error(`no way to sign out on ${page.html}`);
  return visitor.submit(page, form);
}

/** The URL of the session's end at the tenant. */
const leaving = (page: Opened): URL => new URL(page.location ?? 'about:blank');

test('signing out leaves the session at the tenant alone, unless the method says otherwise [81]', async (t) => {
  const world = await startWorld(t, { extensionsOff: true });
  const visitor = world.visitor();
  await signInAtOnce(world, JANE, visitor);
  const page = await signOut(world, visitor);
  t.is(leaving(page).pathname, '/__chsps__/login');
  t.is(world.emulator.journal.count({ endpoint: 'logout' }), 0);
  await nobodyIn(t, world, page);
});

test('logout: entra ends the session here first, then sends the browser to end the one there [81]', async (t) => {
  const world = await startWorld(t, { extensionsOff: true, method: { logout: 'entra' } });
  const visitor = world.visitor();
  await signInAtOnce(world, JANE, visitor);
  const page = await signOut(world, visitor);
  await nobodyIn(t, world, page);
  const url = leaving(page);
  t.is(url.origin, world.emulator.login);
  t.true(url.pathname.endsWith('/oauth2/v2.0/logout'));
  const method = world.config.authentications[0]?.id;
  t.is(url.searchParams.get('post_logout_redirect_uri'), `${world.origin}/?redirect-${method}`);
  t.true((url.searchParams.get('state') ?? '').length >= 43);
  t.false(url.searchParams.has('id_token_hint'));
});

test('logout_hint is the login_hint claim, never a name, and without the claim there is none [81]', async (t) => {
  const world = await startWorld(t, { extensionsOff: true, method: { logout: 'entra' } });
  const visitor = world.visitor();
  await signInAtOnce(world, JANE, visitor);
  const hint = leaving(await signOut(world, visitor)).searchParams.get('logout_hint');
  t.truthy(hint);
  t.false(hint?.includes('@'));
  world.emulator.tenant().applications.update(CONTOSO_APPLICATION_ID, {
    optionalIdTokenClaims: [],
  });
  await signInAtOnce(world, JANE, visitor);
  t.false(leaving(await signOut(world, visitor)).searchParams.has('logout_hint'));
});

test('whoever comes back from the tenant’s own sign-out with the right state is told that both sessions ended [81]', async (t) => {
  const world = await startWorld(t, { extensionsOff: true, method: { logout: 'entra' } });
  const visitor = world.visitor();
  await signInAtOnce(world, JANE, visitor);
  const { location } = await signOut(world, visitor);
  const page = await follow(visitor, location ?? '');
  t.is(page.url, `${world.origin}/__chsps__/login?signedOut=everywhere`);
  t.true(page.html.includes('You are signed out here and at Microsoft.'));
  await nobodyIn(t, world, page);
});

for (const tampering of ['logout-state-other', 'logout-state-missing'] as const) {
  test(`with ${tampering} the sign-out here stands, and nothing is said of the one there [N139]`, async (t) => {
    const world = await startWorld(t, { extensionsOff: true, method: { logout: 'entra' } });
    world.emulator.tenant().tampering.on(tampering);
    const visitor = world.visitor();
    await signInAtOnce(world, JANE, visitor);
    const { location } = await signOut(world, visitor);
    const page = await follow(visitor, location ?? '');
    t.is(page.url, `${world.origin}/__chsps__/login?signedOut=`);
    t.false(page.html.includes('at Microsoft.'));
    await nobodyIn(t, world, page);
  });
}

test('a return from a sign-out cannot be played to another browser, or twice [81]', async (t) => {
  const world = await startWorld(t, { extensionsOff: true, method: { logout: 'entra' } });
  const visitor = world.visitor();
  await signInAtOnce(world, JANE, visitor);
  const state = leaving(await signOut(world, visitor)).searchParams.get('state');
  const back = `${world.origin}/?redirect-${world.config.authentications[0]?.id}&state=${state}`;
  t.is((await world.visitor().open(back)).status, 400);
  t.is((await visitor.open(back)).status, 303);
  t.is((await visitor.open(back)).status, 400);
});

test('a tenant that cannot be reached does not keep anybody signed in [81]', async (t) => {
  const world = await startWorld(t, { extensionsOff: true, method: { logout: 'entra' } });
  const visitor = world.visitor();
  await signInAtOnce(world, JANE, visitor);
  await world.restart();
  await world.emulator.close();
  const page = await signOut(world, visitor);
  t.is(leaving(page).pathname, '/__chsps__/login');
  await nobodyIn(t, world, page);
});

for (const parameters of ['sid', 'sid-and-iss'] as const) {
  test(`signing out at the tenant ends the sessions of all services, without cookies, by ${parameters} [82] [84] [N131] [N132]`, async (t) => {
    const world = await startWorld(t, { extensionsOff: true });
    const { applications, variants } = world.emulator.tenant();
    applications.update(CONTOSO_APPLICATION_ID, { logoutUrl: `${world.origin}/__chsps__/logout` });
    variants.logoutParameters = parameters;
    const visitor = world.visitor();
    await signInAtOnce(world, JANE, visitor);
    await world.signIn(JANE, { visitor, path: '/auth/start?rd=/' });
    t.is(await world.gateway.sessions.count(), 2);
    await world.restart();
    const tenant = `${world.emulator.login}/${world.emulator.tenant().id}`;
    const picker = await visitor.open(`${tenant}/oauth2/v2.0/logout`);
    const { oid } = world.emulator.tenant().people.get(JANE);
    const page = await visitor.open(`${picker.url}?account=${oid}`);
    const frames = [...page.html.matchAll(/<iframe[^>]*src="([^"]*)"/g)].map(([, src = '']) =>
      src.replaceAll('&amp;', '&'),
    );
    t.is(frames.length, 1);
    for (const frame of frames) t.is((await world.visitor().open(frame)).status, 200);
    t.is(await world.gateway.sessions.count(), 0);
  });
}

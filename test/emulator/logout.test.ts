import test from 'ava';
import {
  ADELE,
  APP,
  type Bed,
  claimsOf,
  JANE,
  type Outcome,
  outcomeOf,
  REDIRECT,
  startBed,
} from '../_support/emulator-bed.ts';
import type { EmulatorBrowser } from '../_support/emulator-browser.ts';

const LOGOUT_URL = 'https://gw.example:8443/__chsps__/logout';
const ID_TOKEN = { response_type: 'id_token', response_mode: 'form_post' };

const logout = async (
  bed: Bed,
  browser: EmulatorBrowser,
  parameters: Readonly<Record<string, string>> = {},
): Promise<Outcome> =>
  outcomeOf(
    await browser.send(
      `/${bed.T}/oauth2/v2.0/logout?${new URLSearchParams(parameters).toString()}`,
    ),
  );

/** Somebody who signed in, the browser, and the ID token. */
async function signedIn(
  bed: Bed,
  person = JANE,
): Promise<{
  browser: EmulatorBrowser;
  claims: Readonly<Record<string, unknown>>;
  idToken: string;
}> {
  bed.tenant.applications.update(APP, { logoutUrl: LOGOUT_URL });
  const browser = bed.newBrowser();
  const outcome = await bed.signIn(ID_TOKEN, { browser, person });
  const idToken = outcome.kind === 'answer' ? (outcome.fields['id_token'] ?? '') : '';
  return { browser, idToken, claims: claimsOf(idToken) };
}

const framesOf = (outcome: Outcome): readonly string[] =>
  outcome.kind === 'page'
    ? [...outcome.html.matchAll(/<iframe[^>]* src="([^"]+)"/g)].map(([, url]) =>
        (url ?? '').replaceAll('&amp;', '&'),
      )
    : [];

test('signing out tells every application by a frame that names the session alone', async (t) => {
  await using bed = await startBed();
  const { browser, claims } = await signedIn(bed);
  const outcome = await logout(bed, browser, { logout_hint: String(claims['login_hint']) });
  t.deepEqual(framesOf(outcome), [`${LOGOUT_URL}?sid=${String(claims['sid'])}`]);
  t.regex(
    outcome.response.headers.get('content-security-policy') ?? '',
    /frame-src https:\/\/gw\.example:8443;/,
  );
});

test('afterwards the browser is signed out', async (t) => {
  await using bed = await startBed();
  const { browser, claims } = await signedIn(bed);
  await logout(bed, browser, { logout_hint: String(claims['login_hint']) });
  const silent = await bed.ask({ prompt: 'none' }, browser);
  t.is(silent.kind === 'answer' && silent.fields['error'], 'login_required');
});

test('without a hint the person picks the account', async (t) => {
  await using bed = await startBed();
  const { browser } = await signedIn(bed);
  await bed.signIn({ ...ID_TOKEN, prompt: 'select_account' }, { browser, person: ADELE });
  const picker = await logout(bed, browser);
  if (picker.kind !== 'page' || picker.forms[0] === undefined) return t.fail();
  t.is(picker.title, 'Pick an account');
  t.is(picker.forms[0].buttons.length, 2);
  const { oid } = bed.tenant.people.get(ADELE);
  t.is(
    framesOf(await outcomeOf(await browser.submit(picker.forms[0], { account: oid }))).length,
    1,
  );
  t.is((await bed.ask({ ...ID_TOKEN, prompt: 'none' }, browser)).kind, 'answer');
});

test('an old ID token works as a hint, garbage does not', async (t) => {
  await using bed = await startBed();
  const { browser, idToken } = await signedIn(bed);
  const garbage = await logout(bed, browser, { id_token_hint: 'a.b.c' });
  t.is(garbage.kind === 'page' && garbage.title, 'Pick an account');
  t.is(framesOf(await logout(bed, browser, { id_token_hint: idToken })).length, 1);
});

test('the way back is a registered redirect URI, with the state', async (t) => {
  await using bed = await startBed();
  const { browser, claims } = await signedIn(bed);
  const outcome = await logout(bed, browser, {
    logout_hint: String(claims['login_hint']),
    post_logout_redirect_uri: REDIRECT,
    state: 'a b',
  });
  const html = outcome.kind === 'page' ? outcome.html : '';
  t.true(html.includes(`href="${REDIRECT}&amp;state=a%20b"`));
  t.true(html.includes(`content="3;url=${REDIRECT}&amp;state=a%20b"`));
});

test('any other way back is not taken', async (t) => {
  await using bed = await startBed();
  const { browser, claims } = await signedIn(bed);
  const outcome = await logout(bed, browser, {
    logout_hint: String(claims['login_hint']),
    post_logout_redirect_uri: 'https://evil.example/',
  });
  t.false(outcome.kind === 'page' && outcome.html.includes('evil.example'));
});

test('who is not signed in goes straight back', async (t) => {
  await using bed = await startBed();
  const outcome = await logout(bed, bed.newBrowser(), { post_logout_redirect_uri: REDIRECT });
  t.is(outcome.response.headers.get('location'), REDIRECT);
});

test('logoutParameters adds the issuer, logoutFrames keeps cookies away', async (t) => {
  await using bed = await startBed({
    variants: { logoutParameters: 'sid-and-iss', logoutFrames: 'without-cookies' },
  });
  const { browser, claims } = await signedIn(bed);
  const outcome = await logout(bed, browser, { logout_hint: String(claims['login_hint']) });
  t.true(framesOf(outcome)[0]?.endsWith(`&iss=${encodeURIComponent(bed.tenant.issuer)}`));
  t.true(outcome.kind === 'page' && outcome.html.includes('credentialless'));
});

test('sign-out may be posted, and an unknown tenant is a page', async (t) => {
  await using bed = await startBed();
  const { browser, claims } = await signedIn(bed);
  const response = await browser.send(`/${bed.T}/oauth2/v2.0/logout`, {
    method: 'POST',
    body: new URLSearchParams({ logout_hint: String(claims['login_hint']) }).toString(),
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  });
  t.is(framesOf(await outcomeOf(response)).length, 1);
  const unknown = await outcomeOf(await browser.send('/nobody.example/oauth2/v2.0/logout'));
  t.is(unknown.kind === 'page' && unknown.aadsts, 90002);
});

test('what was posted is kept while the person picks the account', async (t) => {
  await using bed = await startBed();
  const { browser } = await signedIn(bed);
  const picker = await browser.send(`/${bed.T}/oauth2/v2.0/logout`, {
    method: 'POST',
    body: new URLSearchParams({ post_logout_redirect_uri: REDIRECT, state: 'a&b' }).toString(),
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  });
  const page = await outcomeOf(picker);
  const form = page.kind === 'page' ? page.forms[0] : undefined;
  if (form === undefined) return t.fail();
  const { oid } = bed.tenant.people.get(JANE);
  const done = await outcomeOf(await browser.submit(form, { account: oid }));
  t.true(done.kind === 'page' && done.html.includes(`href="${REDIRECT}&amp;state=a%26b"`));
});

test('a logout URL that is none is refused where it is given', async (t) => {
  await using bed = await startBed();
  const { applications } = bed.tenant;
  for (const logoutUrl of ['gw.example/logout', 'javascript:alert(1)', '']) {
    t.throws(() => applications.update(APP, { logoutUrl }), { code: 'EMULATOR_SEED_INVALID' });
  }
  t.is(applications.get(APP).logoutUrl, null);
  t.notThrows(() => applications.update(APP, { logoutUrl: null, displayName: 'Files' }));
});

import test, { type ExecutionContext } from 'ava';
import type { Browser, Page } from 'playwright-core';
import { APP, type Bed, JANE, startBed } from '../_support/emulator-bed.ts';
import {
  type FakeApplication,
  judgeOf,
  launchChromium,
  openPage,
  startApplication,
} from '../_support/emulator-chromium.ts';

interface Stage {
  readonly bed: Bed;
  readonly application: FakeApplication;
  readonly browser: Browser;
  /** Address of a sign-in. */
  readonly url: (changes?: Readonly<Record<string, string>>) => string;
}

/** With a browser of its own: in one that several share, now and then a form is never sent to another site. */
async function setStage(t: ExecutionContext): Promise<Stage> {
  const browser = await launchChromium();
  t.teardown(() => browser.close());
  const bed = await startBed();
  t.teardown(() => bed[Symbol.asyncDispose]());
  const application = await startApplication(t, bed.emulator);
  const redirectUri = `${application.origin}/?redirect-9f0e`;
  bed.tenant.applications.addRedirectUri(APP, redirectUri);
  bed.tenant.applications.update(APP, { logoutUrl: `${application.origin}/logout` });
  const url: Stage['url'] = (changes = {}) =>
    `${bed.emulator.login}/${bed.T}/oauth2/v2.0/authorize?${bed.parameters({ redirect_uri: redirectUri, ...changes }).toString()}`;
  return { bed, application, browser, url };
}

const FORM_POST = { response_type: 'code id_token', response_mode: 'form_post' };

/** Picks Jane by keyboard and accepts. */
async function signIn(page: Page): Promise<void> {
  const jane = page.getByRole('button', { name: /Jane Roe/ });
  await jane.focus();
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Accept' }).click();
  await page.waitForURL(/gw\.example/);
}

test('a person signs in by keyboard, and the form posts itself to another site', async (t) => {
  const { application, browser, url } = await setStage(t);
  const { page, complaints } = await openPage(t, browser);
  await page.goto(url(FORM_POST));
  await signIn(page);
  t.is(await page.title(), 'arrived');
  const visit = application.visits.find(({ method }) => method === 'POST');
  t.is(visit?.url, '/?redirect-9f0e');
  t.deepEqual(
    [...new URLSearchParams(visit?.body).keys()],
    ['code', 'id_token', 'state', 'session_state'],
  );
  t.deepEqual(complaints, []);
});

test('without scripts the form is sent by its button', async (t) => {
  const { application, browser, url } = await setStage(t);
  const { page } = await openPage(t, browser, { javaScriptEnabled: false });
  await page.goto(url(FORM_POST));
  await page.getByRole('button', { name: /Jane Roe/ }).click();
  await page.getByRole('button', { name: 'Accept' }).click();
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.waitForURL(/gw\.example/);
  t.is(application.visits.filter(({ method }) => method === 'POST').length, 1);
});

test('signing out tells the application in a frame, then goes back', async (t) => {
  const { bed, application, browser, url } = await setStage(t);
  const { page } = await openPage(t, browser);
  await page.goto(url(FORM_POST));
  await signIn(page);
  const back = encodeURIComponent(`${application.origin}/?redirect-9f0e`);
  await page.goto(
    `${bed.emulator.login}/${bed.T}/oauth2/v2.0/logout?post_logout_redirect_uri=${back}`,
  );
  await page.getByRole('button', { name: /Jane Roe/ }).click();
  await page.waitForURL(/gw\.example/);
  const told = application.visits.find(({ url: path }) => path.startsWith('/logout'));
  t.regex(told?.url ?? '', /^\/logout\?sid=[0-9a-f-]{36}$/);
});

test('the requests page shows a request as it comes', async (t) => {
  const { bed, browser } = await setStage(t);
  const { page, complaints } = await openPage(t, browser);
  await page.goto(`${bed.emulator.portal}/requests`);
  await bed.json(`/${bed.T}/discovery/v2.0/keys`);
  await page.getByRole('cell', { name: /discovery\/v2\.0\/keys/ }).waitFor();
  t.deepEqual(complaints, []);
});

/** Every page that a person can see, and how to get there. */
const PAGES: { readonly [title: string]: (page: Page, stage: Stage) => Promise<unknown> } = {
  'account picker': (page, { url }) => page.goto(url()),
  'account picker with an error': async (page, { url }) => {
    await page.goto(url());
    await page.getByLabel('Use another account').fill('nobody@contoso.example');
    await page.getByRole('button', { name: 'Next' }).click();
    await page.getByRole('alert').waitFor();
  },
  password: async (page, { bed, url }) => {
    bed.tenant.policies.askPassword = true;
    bed.tenant.people.update(JANE, { password: 'secret' });
    await page.goto(url());
    await page.getByRole('button', { name: /Jane Roe/ }).click();
    await page.getByLabel('Password').waitFor();
  },
  'second factor': async (page, { bed, url }) => {
    bed.tenant.policies.secondFactor = 'always';
    await page.goto(url());
    await page.getByRole('button', { name: /Jane Roe/ }).click();
    await page.getByRole('button', { name: 'Approve' }).waitFor();
  },
  consent: async (page, { url }) => {
    await page.goto(url());
    await page.getByRole('button', { name: /Adele Vance/ }).click();
    await page.getByRole('button', { name: 'Accept' }).waitFor();
  },
  'admin approval': async (page, { url }) => {
    await page.goto(url({ scope: 'openid Directory.Read.All' }));
    await page.getByRole('button', { name: /Jane Roe/ }).click();
    await page.getByRole('heading', { name: 'Need admin approval' }).waitFor();
  },
  error: (page, { url }) => page.goto(url({ client_id: '00000000-0000-4000-8000-000000000000' })),
  device: (page, { bed }) => page.goto(`${bed.emulator.login}/common/oauth2/deviceauth`),
  'signed out': (page, { bed }) => page.goto(`${bed.emulator.login}/${bed.T}/oauth2/v2.0/logout`),
  'error number': (page, { bed }) => page.goto(`${bed.emulator.login}/error?code=50058`),
  overview: (page, { bed }) => page.goto(bed.emulator.portal),
  registration: (page, { bed }) => page.goto(`${bed.emulator.portal}/applications/${APP}`),
  requests: async (page, { bed }) => {
    await bed.json(`/${bed.T}/discovery/v2.0/keys`);
    await page.goto(`${bed.emulator.portal}/requests`);
  },
};

test('every page is accessible, in light and in dark colours', async (t) => {
  const stage = await setStage(t);
  const { page, context } = await openPage(t, stage.browser);
  for (const [title, goTo] of Object.entries(PAGES)) {
    // oxlint-disable-next-line no-await-in-loop -- one page after the other
    await goTo(page, stage);
    // oxlint-disable-next-line no-await-in-loop -- as above
    const judge = await judgeOf(page);
    for (const colorScheme of ['light', 'dark'] as const) {
      // oxlint-disable-next-line no-await-in-loop -- as above
      await page.emulateMedia({ colorScheme });
      // oxlint-disable-next-line no-await-in-loop -- as above
      t.deepEqual(await judge(), [], `${title}, ${colorScheme}`);
    }
    stage.bed.tenant.policies.askPassword = false;
    stage.bed.tenant.policies.secondFactor = 'never';
    // oxlint-disable-next-line no-await-in-loop -- as above
    await context.clearCookies(); // nobody is signed in
  }
});

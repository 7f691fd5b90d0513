import { mkdirSync } from 'node:fs';
import path from 'node:path';

import test, { type ExecutionContext } from 'ava';
import type { BrowserContext, Page } from 'playwright-core';

import { CONTOSO_APPLICATION_ID } from '../../src/emulator/index.ts';
import { launchBrowser, shareBrowser } from '../_support/browser.ts';
import { exampleFolder, startWorld, type World } from '../_support/world.ts';

const ARTEFACTS = path.resolve(import.meta.dirname, '../../artefacts');

const GATE = {
  source: exampleFolder('department-gate'),
  grant: { tokens: [{ resource: 'https://graph.microsoft.com', allow: ['GET /v1.0/me'] }] },
  config: { departments: ['Finance'] },
};

const shared = shareBrowser(() => launchBrowser({}));

/** A browser with an empty profile; the certificate authority is the test's own. */
async function openBrowser(t: ExecutionContext): Promise<BrowserContext> {
  const viewport = { width: 900, height: 900 };
  const context = await (await shared()).newContext({ ignoreHTTPSErrors: true, viewport });
  t.teardown(() => context.close());
  return context;
}

/** Clicks through the tenant's pages, as a person does. */
async function signIn(browser: BrowserContext, world: World, account: string): Promise<Page> {
  const page = await browser.newPage();
  await page.goto(`${world.origin}/`);
  await page.getByRole('link', { name: 'Sign in with Contoso' }).click();
  await page.getByRole('button', { name: account }).click();
  await page.getByRole('button', { name: 'Accept' }).click();
  await page.waitForURL((url) => url.origin === world.origin);
  return page;
}

test('a person signs in with a browser: account picker, consent, extension, page', async (t) => {
  const world = await startWorld(t, { extensions: [GATE] });
  const browser = await openBrowser(t);
  const page = await signIn(browser, world, 'jane@contoso.example');
  t.is(new URL(page.url()).href, `${world.origin}/`);
  t.true(await page.getByText('department-gate').first().isVisible());
  t.true(await page.getByText('jane', { exact: true }).first().isVisible());
  const cookies = await browser.cookies(world.origin);
  t.like(cookies, [
    {
      name: '__Host-entrada-file-browser',
      secure: true,
      httpOnly: true,
      sameSite: 'Lax',
      path: '/',
    },
  ]);
  t.is(cookies.length, 1, 'the cookie of the transaction is gone');
  mkdirSync(ARTEFACTS, { recursive: true });
  await page.screenshot({ path: path.join(ARTEFACTS, 'signed-in.png'), fullPage: true });
});

test('a person who is denied sees why, and no session exists', async (t) => {
  const world = await startWorld(t, { extensions: [GATE] });
  const browser = await openBrowser(t);
  const page = await signIn(browser, world, 'emil@contoso.example');
  t.true(await page.getByText('This service is for Finance.').isVisible());
  t.is(await world.gateway.sessions.count(), 0);
  mkdirSync(ARTEFACTS, { recursive: true });
  await page.screenshot({ path: path.join(ARTEFACTS, 'denied.png'), fullPage: true });
});

test('with SameSite=Lax the cookie of the transaction would not come back from the tenant [21] [N84]', async (t) => {
  const world = await startWorld(t, { extensions: [GATE] });
  const browser = await openBrowser(t);
  await browser.route('**/__chsps__/login?*method=*', async (route) => {
    const response = await route.fetch({ maxRedirects: 0 });
    const headers = response.headers();
    t.regex(headers['set-cookie'] ?? '', /SameSite=None/);
    await route.fulfill({
      response,
      headers: {
        ...headers,
        'set-cookie': headers['set-cookie']?.replace('SameSite=None', 'SameSite=Lax') ?? '',
      },
    });
  });
  const page = await signIn(browser, world, 'jane@contoso.example');
  t.true(await page.getByText('ENTRA_OTHER_BROWSER').isVisible());
  t.is(await world.gateway.sessions.count(), 0);
});

test('two tabs of one browser finish their sign-ins side by side [21] [N86]', async (t) => {
  const world = await startWorld(t);
  const browser = await openBrowser(t);
  const tabs = await Promise.all([browser.newPage(), browser.newPage()]);
  for (const tab of tabs) {
    await tab.goto(`${world.origin}/`);
    await tab.getByRole('link', { name: 'Sign in with Contoso' }).click();
    await tab.getByRole('button', { name: 'jane@contoso.example' }).waitFor();
  }
  for (const tab of tabs) {
    await tab.getByRole('button', { name: 'jane@contoso.example' }).click();
    const accept = tab.getByRole('button', { name: 'Accept' });
    await Promise.race([accept.waitFor(), tab.waitForURL((url) => url.origin === world.origin)]);
    if (await accept.isVisible()) await accept.click();
    await tab.waitForURL((url) => url.origin === world.origin);
    t.true(await tab.getByText('jane', { exact: true }).first().isVisible());
  }
  t.is(world.records.filter(({ outcome }) => outcome === 'allowed').length, 2);
});

test('signing out ends Entrada’s session and leaves the tenant’s alone', async (t) => {
  const world = await startWorld(t);
  const browser = await openBrowser(t);
  const page = await signIn(browser, world, 'jane@contoso.example');
  const atTenant = (await browser.cookies(world.emulator.login)).length;
  await page.getByRole('button', { name: /sign out/i }).click();
  t.true(await page.getByText('You are signed out here').isVisible());
  t.is(await world.gateway.sessions.count(), 0);
  t.is((await browser.cookies(world.emulator.login)).length, atTenant);
});

test('signing out at the tenant, which is another site, ends the session here by a hidden frame [82] [N131]', async (t) => {
  const world = await startWorld(t);
  const tenant = world.emulator.tenant();
  tenant.applications.update(CONTOSO_APPLICATION_ID, {
    logoutUrl: `${world.origin}/__chsps__/logout`,
  });
  const browser = await openBrowser(t);
  const here = await signIn(browser, world, 'jane@contoso.example');
  t.is(await world.gateway.sessions.count(), 1);
  const there = await browser.newPage();
  const framed = there.waitForResponse((response) => response.url().includes('/__chsps__/logout?'));
  await there.goto(`${world.emulator.login}/${tenant.id}/oauth2/v2.0/logout`);
  await there.getByRole('button', { name: 'jane@contoso.example' }).click();
  const response = await framed;
  t.is(response.status(), 200);
  t.is(
    (await response.request().allHeaders())['cookie'],
    undefined,
    'no cookie comes across sites',
  );
  t.is(await world.gateway.sessions.count(), 0);
  await here.reload();
  t.true(await here.getByRole('link', { name: 'Sign in with Contoso' }).isVisible());
});

import { readFileSync } from 'node:fs';
import path from 'node:path';

import test from 'ava';
import type { Browser, Page } from 'playwright-core';

import { freePort } from '../../src/cli/free-port.ts';
import { startBrowser } from '../_support/browser.ts';
import { Reader, saysSo, steady, stepsOf } from '../_support/guide.ts';

const PAGE = 'docs/guides/first-extension.md';

test('somebody who follows the page to the letter sees what it says, and ends with two sign-ins', async (t) => {
  t.timeout(180_000);
  const ports = { '8443': await freePort(), '9443': await freePort() };
  const reader = new Reader(t, ports);
  for (const step of stepsOf(PAGE)) {
    // oxlint-disable-next-line no-await-in-loop -- a page is read from the top
    const shown = await reader.follow(step);
    const says = !shown || saysSo(shown);
    // The difference is shown, where there is one.
    if (!says) t.is(steady(shown.printed), steady(shown.written), `${PAGE}:${step.line}`);
  }
  const browser = await startBrowser(t, {});
  const origin = `https://localhost:${ports['8443']}`;
  const finn = await signIn(browser, origin, 'Finn Falk');
  await finn.waitForURL((url) => url.origin === origin);
  t.true(await finn.getByText('department-gate').first().isVisible());
  t.true(await finn.getByText('finn@contoso.example').first().isVisible());
  const sam = await signIn(browser, origin, 'Sam Sand');
  t.true(await sam.getByText('This service is for Finance and Legal.').isVisible());
  t.deepEqual(await sessionsOf(finn), 1);
  t.deepEqual(await sessionsOf(sam), 0);
});

/** In a window of its own, without anybody's cookies. */
async function signIn(browser: Browser, origin: string, person: string): Promise<Page> {
  const context = await browser.newContext({ ignoreHTTPSErrors: true });
  const page = await context.newPage();
  await page.goto(`${origin}/`);
  await page.getByRole('link', { name: 'Sign in with Contoso' }).click();
  await page.getByRole('button', { name: person }).click();
  await page.getByRole('button', { name: 'Accept' }).click();
  await page.waitForURL((url) => url.origin === origin);
  return page;
}

async function sessionsOf(page: Page): Promise<number> {
  const cookies = await page.context().cookies(page.url());
  return cookies.filter(({ name }) => name.startsWith('__Host-entrada-file-browser')).length;
}

test('the page is read in ten minutes', (t) => {
  const page = readFileSync(path.resolve(import.meta.dirname, '../..', PAGE), 'utf8');
  // Two hundred words a minute; what is printed is looked at, and not read.
  const prose = page.replaceAll(/^```console[\s\S]*?^```$/gm, '').split(/\s+/).length;
  t.true(prose < 10 * 200, `${prose} words`);
});

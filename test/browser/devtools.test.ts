/** Chrome's own DevTools, which Chromium brings, at an extension that waits for a debugger. */
import test from 'ava';
import { chromium } from 'playwright-core';

import { freePort } from '../../src/cli/free-port.ts';
import { requireDebian } from '../_support/debian.ts';
import { startDebugged } from '../_support/debugged-hook.ts';

/** DevTools take their time on a busy machine. Unit: milliseconds. */
const PATIENCE_MS = 60_000;

test('Chrome’s DevTools pause in an author’s TypeScript, show its values, and step', async (t) => {
  const { url, ended } = await startDebugged(t);
  const port = await freePort();
  const browser = await chromium.launch({
    executablePath: requireDebian('chromium'),
    args: [
      '--no-sandbox',
      '--disable-gpu',
      `--remote-debugging-port=${port}`,
      '--remote-allow-origins=*',
    ],
  });
  t.teardown(() => browser.close());
  const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
  page.setDefaultTimeout(PATIENCE_MS);
  const target = url.replace('ws://', '');
  await page.goto(`http://127.0.0.1:${port}/devtools/js_app.html?v8only=true&ws=${target}`);

  await page.getByText('Debugger paused').waitFor();
  await page.getByText('index.ts:7', { exact: true }).waitFor();
  t.true((await page.getByText('readonly department').count()) > 0);

  await page.keyboard.press('F10');
  await page.getByText('index.ts:14', { exact: true }).nth(1).waitFor();
  await page.keyboard.press('F8');
  const { code, stdout } = await ended;
  t.is(code, 0);
  t.regex(stdout, /"decision":"allow"/);
});

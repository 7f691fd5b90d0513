import { chromium } from 'playwright-core';
import type { Browser } from 'playwright-core';

import { requireDebian } from './debian.ts';

/** What a test offers to clean up after itself. */
interface Teardown {
  teardown(fn: () => Promise<void> | void): void;
}

/** Chromium without anything that talks to others. */
const QUIET = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/**
 * Starts a real browser for which names lead to ports of loopback.
 *
 * @param hosts As in `{ 'files.example.com': 43210 }`; every other name but `localhost` and those below it leads nowhere.
 */
export async function startBrowser(
  t: Teardown,
  hosts: { readonly [name: string]: number },
): Promise<Browser> {
  const rules = Object.entries(hosts).map(([name, port]) => `MAP ${name}:443 127.0.0.1:${port}`);
  const browser = await chromium.launch({
    executablePath: requireDebian('chromium'),
    args: [
      ...QUIET,
      `--host-resolver-rules=${[...rules, 'MAP * ~NOTFOUND', 'EXCLUDE localhost', 'EXCLUDE *.localhost'].join(',')}`,
    ],
  });
  t.teardown(() => browser.close());
  return browser;
}

import { connect } from 'node:net';

import test from 'ava';
import { chromium } from 'playwright-core';
import type { Browser } from 'playwright-core';

import { requireDebian } from './debian.ts';
import { serveTcp } from './loopback.ts';

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

/** As in `{ 'files.example.com': 43210 }`; every other name but `localhost` and those below it leads nowhere. */
interface Hosts {
  readonly [name: string]: number;
}

/** Starts a real browser for which names lead to ports of loopback. It ends with the test. */
export async function startBrowser(t: Teardown, hosts: Hosts): Promise<Browser> {
  const browser = await launchBrowser(hosts);
  t.teardown(() => browser.close());
  return browser;
}

/** Starts a real browser, as above, that whoever starts it closes. */
export function launchBrowser(hosts: Hosts): Promise<Browser> {
  const rules = Object.entries(hosts).map(([name, port]) => `MAP ${name}:443 127.0.0.1:${port}`);
  return chromium.launch({
    executablePath: requireDebian('chromium'),
    args: [
      ...QUIET,
      `--host-resolver-rules=${[...rules, 'MAP * ~NOTFOUND', 'EXCLUDE localhost', 'EXCLUDE *.localhost'].join(',')}`,
    ],
  });
}

/**
 * One browser for all tests of a file, closed after the last of them. To start one takes most of a short test; a test opens
 * contexts, which share nothing.
 */
export function shareBrowser(start: () => Promise<Browser>): () => Promise<Browser> {
  let browser: Promise<Browser> | undefined;
  test.after.always(async () => (await browser)?.close());
  return () => (browser ??= start());
}

/** A browser is told once where a name leads. Whoever comes to this port is led on to the one that is `to` just then. */
export interface Switch extends AsyncDisposable {
  readonly port: number;
  to: number;
}

/** Starts a switch that leads nowhere yet. */
export async function startSwitch(): Promise<Switch> {
  const led = { to: 0 };
  const server = await serveTcp((socket) => {
    const onwards = connect(led.to, '127.0.0.1');
    for (const [one, other] of [
      [socket, onwards],
      [onwards, socket],
    ] as const)
      one.on('error', () => other.destroy()).pipe(other);
  });
  return Object.assign(led, server);
}

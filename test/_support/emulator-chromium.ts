import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:https';
import { once } from 'node:events';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { createServerCertificate, type Emulator } from '../../src/emulator/index.ts';
import { requireDebian } from './debian.ts';

/** What a test offers to clean up after itself. */
interface Teardown {
  teardown(fn: () => Promise<void> | void): void;
}

/** A request that reached the application. */
export interface Visit {
  readonly method: string;
  readonly url: string;
  readonly body: string;
}

/** Whatever is sent to the redirect URI, on another site than the emulator. */
export interface FakeApplication {
  readonly origin: string;
  readonly visits: readonly Visit[];
}

/** An application that only writes down what comes, at `https://gw.example:PORT`. */
export async function startApplication(t: Teardown, emulator: Emulator): Promise<FakeApplication> {
  const { certificate: cert, key } = await createServerCertificate(emulator.certificateAuthority, [
    'gw.example',
  ]);
  const visits: Visit[] = [];
  const server = createServer({ cert, key }, (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url = '' } = request;
      visits.push({ method, url, body: Buffer.concat(chunks).toString() });
      response
        .writeHead(200, { 'content-type': 'text/html' })
        .end('<!doctype html><title>arrived</title>');
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return { origin: `https://gw.example:${port}`, visits };
}

/** A real browser that reaches the emulator and `gw.example`, and nothing else. */
export function launchChromium(): Promise<Browser> {
  const rules =
    'MAP *.localhost 127.0.0.1, MAP localhost 127.0.0.1, MAP gw.example 127.0.0.1, MAP * ~NOTFOUND';
  return chromium.launch({
    executablePath: requireDebian('chromium'),
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      `--host-resolver-rules=${rules}`,
    ],
  });
}

/** A page that trusts the emulator's certificate, and what it complained of: errors of the console, requests abroad. */
export async function openPage(
  t: Teardown,
  browser: Browser,
  options: Parameters<Browser['newContext']>[0] = {},
): Promise<{
  readonly page: Page;
  readonly context: BrowserContext;
  readonly complaints: readonly string[];
}> {
  const context = await browser.newContext({ ignoreHTTPSErrors: true, ...options });
  t.teardown(() => context.close());
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('requestfailed', (request) => complaints.push(`${request.method()} ${request.url()}`));
  return { page, context, complaints };
}

const axeSource = readFileSync(
  createRequire(import.meta.url).resolve('axe-core/axe.min.js'),
  'utf8',
);

/** Tells what axe finds wrong with a page as it looks now: rule and place. */
export type Judge = () => Promise<readonly string[]>;

/** Brings axe to a page, into a context that policies of the page do not reach, until the page is left. */
export async function judgeOf(page: Page): Promise<Judge> {
  const session = await page.context().newCDPSession(page);
  const { frameTree } = await session.send('Page.getFrameTree');
  const { executionContextId } = await session.send('Page.createIsolatedWorld', {
    frameId: frameTree.frame.id,
  });
  const evaluate = (expression: string): ReturnType<typeof session.send<'Runtime.evaluate'>> =>
    session.send('Runtime.evaluate', {
      contextId: executionContextId,
      expression,
      awaitPromise: true,
      returnByValue: true,
    });
  await evaluate(axeSource);
  return async () => {
    const { result } = await evaluate(
      'axe.run().then(({ violations }) => violations.map(({ id, nodes }) => id + " " + nodes[0].target))',
    );
    return Array.isArray(result.value) ? result.value.map(String) : [String(result.description)];
  };
}

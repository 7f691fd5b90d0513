import test from 'ava';
import type { ExecutionContext } from 'ava';
import axe from 'axe-core';
import type { AxeResults } from 'axe-core';
import type { BrowserContextOptions, Page } from 'playwright-core';

import type { InvocationRecord } from '../../src/extensions/record.ts';
import type { SignInRecord } from '../../src/session/record.ts';
import { launchBrowser, shareBrowser, startSwitch } from '../_support/browser.ts';
import { ORIGIN, startGateway } from '../_support/gateway-server.ts';
import type { TestGateway } from '../_support/gateway-server.ts';
import { FILES, METHOD, method, PARTNERS, principal } from '../_support/people.ts';

interface Visit {
  readonly gateway: TestGateway;
  /** A page in a window of its own. */
  readonly open: (options?: BrowserContextOptions) => Promise<Page>;
  /** What the browser asked anybody for, and what it complained about. */
  readonly requests: string[];
  readonly complaints: string[];
}

const gateways = await startSwitch();
const shared = shareBrowser(() => launchBrowser({ 'files.example.com': gateways.port }));

test.after.always(() => gateways[Symbol.asyncDispose]());

// One after the other: in the one browser the name of the gateway leads to that of one test at a time.

/** A gateway with Ada signed in, and a browser before it. */
async function visit(t: ExecutionContext): Promise<Visit> {
  const authentications = [method(), method({ id: 'other', name: 'Other' }), PARTNERS];
  const photos = { shows: () => true, of: async () => null };
  const gateway = await startGateway(t, { config: { authentications }, options: { photos } });
  gateways.to = gateway.port;
  const browser = await shared();
  const [name = '', value = ''] = (await signInRichly(gateway)).split('=');
  const [requests, complaints]: [string[], string[]] = [[], []];
  const open: Visit['open'] = async (options = {}) => {
    const context = await browser.newContext({ ignoreHTTPSErrors: true, ...options });
    t.teardown(() => context.close());
    await context.addCookies([{ name, value, url: `${ORIGIN}/`, secure: true, httpOnly: true }]);
    const page = await context.newPage();
    page.on('request', (request) => requests.push(request.url()));
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(String(error)));
    return page;
  };
  return { gateway, open, requests, complaints };
}

const run = (more: Partial<InvocationRecord>): InvocationRecord => ({
  extension: 'department-gate',
  version: 'sha256-x',
  hook: 'decide',
  mode: 'enforce',
  decision: { decision: 'allow' },
  patch: null,
  instead: null,
  failure: null,
  hostCalls: [
    {
      method: 'GET',
      url: 'https://graph.microsoft.com/v1.0/me?$select',
      status: 200,
      rule: 'GET /v1.0/me',
      code: null,
      ms: 31,
    },
  ],
  unavailable: [{ resource: 'https://storage.azure.com', reason: 'ENTRA_UNREACHABLE' }],
  usage: null,
  durationMs: 40,
  ...more,
});

/** Every part of the page has something to show. */
async function signInRichly(gateway: TestGateway): Promise<string> {
  const denial = { decision: 'deny', code: 'too-late' } as const;
  const failure = { kind: 'timeout', code: 'WALL', message: 'x', frames: [] } as const;
  gateway.records.set('sign-in-1', {
    groups: {
      base: [],
      matched: [],
      ignored: [{ oid: 'x', name: 'Some other group' }],
      ambiguous: [],
    },
    extensions: [
      run({}),
      run({ extension: 'night-gate', mode: 'shadow', decision: denial }),
      run({
        extension: 'manager-claims',
        hook: 'enrich',
        decision: null,
        instead: null,
        patch: { claims: { a: 1 } },
      }),
      run({ extension: 'slow', decision: null, failure }),
    ],
  } as Partial<SignInRecord> as SignInRecord);
  const claims = { cost_center: '42', an_unreasonably_long_claim_name: 'y'.repeat(200) };
  const tokens = [
    {
      resource: 'https://graph.microsoft.com',
      scopes: ['User.Read', 'Files.ReadWrite'],
      expiresAt: gateway.clock.now,
    },
  ];
  return gateway.signIn({ principal: principal({ claims }), tokens });
}

const PAGES: { readonly [what: string]: string } = {
  'sign-in page': '/__chsps__/login',
  'sign-in page after signing out': '/__chsps__/login?signedOut=',
  'sign-out page': '/__chsps__/logout?service=%2F',
  'page of the signed-in person': '/',
  'error page': '/nothing/here',
  'refused sign-in': `/?redirect-${METHOD}&error=access_denied`,
};

/** Lets the refused sign-in look as rich as it can. */
function scriptRefusal({ flow }: TestGateway): void {
  flow.next = async () => ({
    outcome: 'denied',
    id: '0b1c2d3e-0000-4000-8000-000000000001',
    service: FILES,
    returnTo: '/',
    code: 'SIGN_IN_DENIED',
    denial: 'department',
    message: 'This service is for Finance and Legal.',
    actor: 'administrator',
    advice: 'Ask your administrator to add you to one of the groups.',
    adminConsentUrl: 'https://login.microsoftonline.com/x/v2.0/adminconsent',
    correlationId: 'c3d7e1a0-1b2c-4d3e-8f90-a1b2c3d4e5f6',
    clear: null,
  });
}

test.serial(
  'every page is accessible, in light and dark, and asks nobody else for anything',
  async (t) => {
    const { gateway, open, requests, complaints } = await visit(t);
    scriptRefusal(gateway);
    const page = await open();
    for (const [what, path] of Object.entries(PAGES)) {
      await page.goto(ORIGIN + path);
      await page.evaluate(axe.source);
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        const { violations, passes } = await page.evaluate<AxeResults>('axe.run()');
        const found = violations.map(
          ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`,
        );
        t.deepEqual(found, [], `${what}, ${colorScheme}`);
        t.true(
          passes.some(({ id }) => id === 'color-contrast'),
          `contrast was measured: ${what}`,
        );
      }
    }
    t.deepEqual(
      requests.filter((url) => !url.startsWith(`${ORIGIN}/`)),
      [],
    );
    const unexpected = complaints.filter((text) => !/status of 40[34]/.test(text));
    t.deepEqual(unexpected, [], 'the policy of the pages allows all that they need');
  },
);

test.serial('every page fits into 320 pixels', async (t) => {
  const { gateway, open } = await visit(t);
  scriptRefusal(gateway);
  const page = await open({ viewport: { width: 320, height: 640 } });
  for (const [what, path] of Object.entries(PAGES)) {
    await page.goto(ORIGIN + path);
    const width = await page.evaluate<number>('document.scrollingElement.scrollWidth');
    t.true(width <= 320, `${what} is ${width} wide`);
  }
});

for (const javaScriptEnabled of [true, false]) {
  test.serial(
    `signing out works ${javaScriptEnabled ? 'by keyboard' : 'without JavaScript'}`,
    async (t) => {
      const { gateway, open } = await visit(t);
      const page = await open({ javaScriptEnabled });
      await page.goto(`${ORIGIN}/`);
      const button = page.getByRole('button', { name: 'Sign out' });
      if (javaScriptEnabled) {
        await button.focus();
        await page.keyboard.press('Enter');
      } else {
        await button.click();
      }
      await page.waitForURL(/\/__chsps__\/login/);
      t.true((await page.content()).includes('You are signed out here'));
      t.is(await gateway.sessions.count(), 0);
      await page.goto(`${ORIGIN}/`);
      t.is(new URL(page.url()).pathname, '/__chsps__/login');
    },
  );
}

test.serial('who moves by keyboard sees where they are', async (t) => {
  const { open } = await visit(t);
  const page = await open();
  await page.goto(`${ORIGIN}/__chsps__/login`);
  await page.keyboard.press('Tab');
  const style = `getComputedStyle(document.activeElement)`;
  t.is(await page.evaluate(`document.activeElement.textContent.trim()`), 'Sign in with Contoso');
  t.is(await page.evaluate(`${style}.outlineStyle`), 'solid');
});

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? 'by keyboard' : 'without JavaScript';
  test.serial(
    `a username and a password are typed ${how}; who is refused types again`,
    async (t) => {
      const { gateway, open } = await visit(t);
      const signIn = gateway.flow.next;
      scriptRefusal(gateway);
      const refuse = gateway.flow.next;
      gateway.flow.next = async () =>
        Object.assign(await refuse(), { code: 'SIGN_IN_REJECTED' as const });
      const page = await open({ javaScriptEnabled });
      await page.goto(`${ORIGIN}/__chsps__/login?service=%2F&returnTo=%2F`);
      await page.getByLabel('Username').fill('ada');
      await page.getByLabel('Password').fill('wrong');
      await page.getByLabel('Password').press('Enter');
      await page.getByRole('alert').waitFor();
      t.regex(await page.getByRole('alert').innerText(), /username or the password is not right/);
      t.is(await page.getByLabel('Username').inputValue(), 'ada');
      t.is(await page.getByLabel('Password').inputValue(), '');
      if (javaScriptEnabled) {
        await page.evaluate(axe.source);
        t.deepEqual((await page.evaluate<AxeResults>('axe.run()')).violations, []);
      }
      gateway.flow.next = signIn;
      await page.getByLabel('Password').fill('right');
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.waitForURL(`${ORIGIN}/docs?a=1`);
      t.deepEqual(
        gateway.flow.typed.map(({ password }) => password.reveal()),
        ['wrong', 'right'],
      );
    },
  );
}

test.serial('a page of another site cannot sign anybody in', async (t) => {
  const { gateway, open } = await visit(t);
  const page = await open();
  await page.route('https://evil.example/', (route) =>
    route.fulfill({
      contentType: 'text/html',
      body: `<form method="post" action="${ORIGIN}/__chsps__/login"><input name="username" value="eve" /><input name="password" value="hers" /><button>x</button></form>`,
    }),
  );
  await page.goto('https://evil.example/');
  const [answer] = await Promise.all([
    page.waitForResponse(/login/),
    page.getByRole('button').click(),
  ]);
  t.is(answer.status(), 403);
  t.deepEqual(gateway.flow.typed, []);
});

test.serial('a page of another site cannot sign anybody out [83]', async (t) => {
  const { gateway, open } = await visit(t);
  const page = await open();
  await page.route('https://evil.example/', (route) =>
    route.fulfill({
      contentType: 'text/html',
      body: `<form method="post" action="${ORIGIN}/__chsps__/logout"><button>x</button></form>`,
    }),
  );
  await page.goto('https://evil.example/');
  const [answer] = await Promise.all([
    page.waitForResponse(/logout/),
    page.getByRole('button').click(),
  ]);
  t.is(answer.status(), 403);
  t.is(await gateway.sessions.count(), 1);
});

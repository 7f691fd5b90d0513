import type { ExecutionContext } from 'ava';

import { formsOf, type VisitedPage, type Visitor } from '../../src/testing/visitor.ts';
import type { World } from './world.ts';

export const JANE = 'jane@contoso.example';

/** A page, and where it leads. */
type Opened = VisitedPage & { readonly location: string | null };

/** Pages of one sign-in, two rounds of it included. */
const MAX_PAGES = 12;

/**
 * Goes wherever a browser would go by itself: redirects are followed, and a form that holds an answer of the tenant is
 * sent. Ends at the first page that wants something of a person.
 */
export async function follow(visitor: Visitor, from: string): Promise<Opened> {
  let page = await visitor.open(from);
  for (let pages = 0; pages < MAX_PAGES; pages++) {
    const [form] = formsOf(page);
    const isAnswer = form?.fields.some(([name]) => name === 'state');
    if (page.location !== null) page = await visitor.open(page.location);
    else if (form && isAnswer) page = await visitor.submit(page, form);
    else return page;
  }
  throw new Error(`no end of pages after ${from}`);
}

/** Signs somebody in whom the tenant lets through without a page, in as many rounds as the gateway asks for. */
export async function signInAtOnce(
  world: World,
  account: string = JANE,
  visitor: Visitor = world.visitor(),
): Promise<Opened> {
  world.emulator.tenant().policies.autopilot = account;
  const link = new URL('/__chsps__/login', world.origin);
  link.searchParams.set('service', '/');
  link.searchParams.set('method', world.config.authentications[0]?.id ?? '');
  return follow(visitor, link.href);
}

/** Begins a sign-in and sends an error to the redirect URI, as the tenant would. */
export async function answerWithError(
  world: World,
  error: string,
  description: string,
): Promise<Opened> {
  const visitor = world.visitor();
  const method = world.config.authentications[0]?.id ?? '';
  const begun = await visitor.open(`${world.origin}/__chsps__/login?service=/&method=${method}`);
  const state = new URL(begun.location ?? '').searchParams.get('state') ?? '';
  const fields = [
    ['error', error],
    ['error_description', description],
    ['state', state],
  ] as const;
  const action = `${world.origin}/?redirect-${method}`;
  return visitor.submit(
    { ...begun, url: begun.location ?? '' },
    { action, method: 'POST', fields },
  );
}

/** Parameters of the authorization requests that the tenant got, in order. */
export const asked = (world: World): readonly { readonly [name: string]: string }[] =>
  world.emulator.journal.all({ endpoint: 'authorize' }).map(({ parameters }) => parameters);

/**
 * Asserts that nobody is signed in and that no transaction is left, and that neither page, log nor records hold a token, a
 * code or a secret.
 */
export async function nobodyIn(
  t: ExecutionContext,
  world: World,
  page: VisitedPage,
): Promise<void> {
  t.is(await world.gateway.sessions.count(), 0, 'no session');
  const told = world.lines.join('') + JSON.stringify(world.records) + page.html;
  t.notRegex(told, /eyJ[\w-]{10,}\.[\w-]{10,}/, 'no JWT');
  t.notRegex(told, /\b[01]\.A[\w-]{40,}/, 'no code or refresh token');
  t.false(told.includes('emu8Q~'), 'no client secret');
}

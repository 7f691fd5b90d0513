import { formsOf, linksOf, type VisitedPage, type Visitor } from './visitor.ts';

/** A part of a sign-in, as the person sees it. */
export interface VisitStep {
  readonly name: 'redirect' | 'tenant' | 'callback' | 'page';
  /** What happened, in a line. */
  readonly what: string;
  readonly ms: number;
}

/** How a sign-in went, from outside. */
export interface Visit {
  /** The page at the end: the one that was asked for, or why there is none. */
  readonly page: VisitedPage;
  /** True when a session was made. */
  readonly signedIn: boolean;
  readonly steps: readonly VisitStep[];
}

/** An answer to a page that asks for consent. */
export type Consent = 'accept' | 'decline' | 'return';

interface Person {
  readonly account: string;
  readonly consent: Consent;
}

type Opened = VisitedPage & { readonly location: string | null };

/** More pages than a sign-in has: consent and a second factor included. */
const MAX_PAGES = 10;

/**
 * Signs somebody in at a gateway whose tenant is the emulator, as a person would with a browser: from the page that is
 * asked for, by the first method, through the pages of the tenant, and back.
 *
 * @param account Sign-in name at the tenant.
 * @param consent What the person says when permissions are asked for. `return`: goes back from "Need admin approval".
 */
export async function signInByHand(
  visitor: Visitor,
  pageUrl: string,
  account: string,
  consent: Consent = 'accept',
): Promise<Visit> {
  const steps: VisitStep[] = [];
  const timed = async <Value>(
    name: VisitStep['name'],
    work: () => Promise<readonly [Value, string]>,
  ): Promise<Value> => {
    const before = performance.now();
    const [value, what] = await work();
    steps.push({ name, what, ms: Math.round((performance.now() - before) * 10) / 10 });
    return value;
  };
  const tenantUrl = await timed('redirect', () => toTenant(visitor, pageUrl));
  const answer = await timed('tenant', () =>
    throughTenant(visitor, tenantUrl, { account, consent }),
  );
  const back = await timed('callback', () => sendAnswer(visitor, answer));
  const { location } = back;
  if (location === null) return { page: back, signedIn: false, steps };
  const page = await timed('page', async () => {
    const opened = await visitor.open(location);
    return [opened, `${opened.status} ${location}`];
  });
  return { page, signedIn: true, steps };
}

/** From the page that was asked for to the tenant's: by redirects, and by the link of the sign-in page. */
async function toTenant(visitor: Visitor, pageUrl: string): Promise<readonly [string, string]> {
  let page = await visitor.open(pageUrl);
  for (let pages = 0; pages < MAX_PAGES; pages++) {
    const next = page.location ?? linksOf(page).find((href) => href.includes('method='));
    if (next === undefined)
      throw new Error(`no way to sign in on ${page.url} (status ${page.status})`);
    const { origin } = new URL(next);
    if (origin !== new URL(pageUrl).origin) return [next, `${page.status} ${origin}`];
    // oxlint-disable-next-line no-await-in-loop -- each page tells where the next one is
    page = await visitor.open(next);
  }
  throw new Error(`no end of redirects from ${pageUrl}`);
}

/** Picks the account and accepts what is asked, until the tenant has an answer for the gateway. */
async function throughTenant(
  visitor: Visitor,
  url: string,
  person: Person,
): Promise<readonly [Opened, string]> {
  const tenant = new URL(url).origin;
  let page = await visitor.open(url);
  const said: string[] = [];
  for (let pages = 0; pages < MAX_PAGES && !isAnswer(page, tenant); pages++) {
    const what = pageAct(page);
    said.push(what);
    // oxlint-disable-next-line no-await-in-loop -- each page tells what the next one asks
    page = await ACTS[what](visitor, page, person);
  }
  return [page, said.join(', ') || 'answered at once'];
}

type Act = 'account' | 'consent' | 'redirect';

const ACTS: {
  readonly [act in Act]: (visitor: Visitor, page: Opened, person: Person) => Promise<Opened>;
} = {
  account: (visitor, page, { account }) => submit(visitor, page, 'login', { login: account }),
  consent: (visitor, page, { consent }) => submit(visitor, page, 'consent', { consent }),
  redirect: (visitor, page) => visitor.open(page.location ?? page.url),
};

function pageAct(page: Opened): Act {
  if (page.location !== null) return 'redirect';
  if (page.html.includes('name="login"')) return 'account';
  if (page.html.includes('name="consent"')) return 'consent';
  throw new Error(
    `the tenant shows a page that nobody expected (status ${page.status}): ${titleOf(page)}`,
  );
}

/** The tenant's answer: a form that sends itself to the gateway, or a redirect there. */
function isAnswer(page: Opened, tenant: string): boolean {
  if (page.location !== null) return new URL(page.location).origin !== tenant;
  return formsOf(page).some(({ action }) => new URL(action, page.url).origin !== tenant);
}

function submit(
  visitor: Visitor,
  page: Opened,
  name: string,
  typed: { readonly [name: string]: string },
): Promise<Opened> {
  const index = [...page.html.matchAll(/<form\b[\s\S]*?<\/form>/gi)].findIndex(([form]) =>
    form.includes(`name="${name}"`),
  );
  const form = formsOf(page)[index];
  if (!form) throw new Error(`no form with ${name} on ${page.url}`);
  return visitor.submit(page, form, typed);
}

async function sendAnswer(visitor: Visitor, answer: Opened): Promise<readonly [Opened, string]> {
  const [form] = formsOf(answer);
  const sent =
    answer.location === null && form
      ? await visitor.submit(answer, form)
      : await visitor.open(answer.location ?? '');
  return [sent, `${sent.status} ${titleOf(sent)}`.trim()];
}

/** The title of a page, for messages. */
export function titleOf({ html }: Pick<VisitedPage, 'html'>): string {
  return /<title>([^<]*)<\/title>/i.exec(html)?.[1] ?? '';
}

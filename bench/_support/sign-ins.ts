import { formsOf, linksOf, type VisitedPage, type Visitor } from '../../src/testing/visitor.ts';

type Opened = VisitedPage & { readonly location: string | null };

/** Begins a sign-in: from the page that is asked for to the link to the tenant. */
export async function linksTo(visitor: Visitor, origin: string): Promise<string> {
  let page = await visitor.open(`${origin}/`);
  for (let pages = 0; pages < 5; pages++) {
    const next = page.location ?? linksOf(page).find((href) => href.includes('method='));
    if (next === undefined) throw new Error(`no way to sign in on ${page.url} (${page.status})`);
    if (!next.startsWith(origin)) return next;
    // oxlint-disable-next-line no-await-in-loop -- each page tells where the next one is
    page = await visitor.open(next);
  }
  throw new Error('no end of redirects');
}

/** Finishes it: at the tenant, where whoever is on autopilot signs in, and back to the page that was asked for. */
export async function follow(visitor: Visitor, link: string): Promise<Opened> {
  let page: Opened = await visitor.open(link);
  for (let pages = 0; pages < 8; pages++) {
    const [form] = formsOf(page);
    const isAnswer = form?.fields.some(([name]) => name === 'state');
    // oxlint-disable-next-line no-await-in-loop -- each page tells where the next one is
    if (page.location !== null) page = await visitor.open(page.location);
    // oxlint-disable-next-line no-await-in-loop -- each page tells where the next one is
    else if (form && isAnswer) page = await visitor.submit(page, form);
    else return page;
  }
  throw new Error(`no end of pages after ${link}`);
}

import { type Markup, markup } from '../pages/markup.ts';

const PAGES = { overview: ['/', 'Overview'], requests: ['/requests', 'Requests'] } as const;

/** The links at the top of every page. */
export const navigation = (current: keyof typeof PAGES | null): Markup =>
  markup`<nav aria-label="Pages"><p>${Object.entries(PAGES).map(([name, [path, title]]) =>
    name === current
      ? markup`<a href="${path}" aria-current="page"><b>${title}</b></a> `
      : markup`<a href="${path}">${title}</a> `,
  )}</p></nav>`;

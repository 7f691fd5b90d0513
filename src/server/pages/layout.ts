import { ASSETS } from '../assets.ts';
import { html } from './html.ts';
import type { Html } from './html.ts';

/** What every page has. */
export interface Page {
  /** Of the browser's window; the heading says the same to who sees it. */
  readonly title: string;
  readonly body: Html;
  /** Narrow for pages with one thing to do. */
  readonly width: 'narrow' | 'wide';
}

/** The frame of all pages: no script, nothing from elsewhere. */
export function layout({ title, body, width }: Page): Html {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <title>${title} · Entrada</title>
        <link rel="icon" href="${ASSETS.icon.path}" type="image/svg+xml" />
        <link rel="stylesheet" href="${ASSETS.style.path}" />
      </head>
      <body>
        <main class="${width}">${body}</main>
      </body>
    </html> `;
}

/** A term and what it means, in a list of such; nothing when there is nothing to say. */
export function fact(term: string, description: Html | string | null | undefined): Html | null {
  if (description === null || description === undefined || description === '') return null;
  return html`<dt>${term}</dt>
    <dd>${description}</dd>`;
}

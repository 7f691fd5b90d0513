import { createHash } from 'node:crypto';
import { html, type Reply } from '../http/reply.ts';
import { type Markup, markup, Markup as MarkupText } from './markup.ts';
import { STYLE } from './style.ts';

/** What a page is made of. */
export interface PageParts {
  readonly title: string;
  readonly body: Markup;
  readonly status?: number;
  /** A script of this project, printed into the page; its hash is what the policy allows. */
  readonly script?: string;
  /** Origins whose frames the page shows. */
  readonly frames?: readonly string[];
  /** Loads another address after so many seconds, for browsers without scripts. */
  readonly refresh?: { readonly seconds: number; readonly url: string };
  readonly wide?: boolean;
}

/** A diamond, so that no browser asks for an icon. */
const ICON =
  'data:image/svg+xml,' +
  encodeURIComponent(
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><path fill="#0f5da8" d="M4 0l4 4-4 4-4-4z"/></svg>',
  );

const hashSource = (text: string): string =>
  `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

const STYLE_HASH = hashSource(STYLE);

/**
 * A whole page under a strict policy: no source but its own style and script, no request to anywhere else. Forms may go
 * to any web origin, because Chromium applies `form-action` to the redirects after a form too, and these lead to the
 * application.
 *
 * @see https://www.w3.org/TR/CSP3/#directive-form-action
 */
export function page(parts: PageParts): Reply {
  const script = parts.script === undefined ? '' : `<script>${parts.script}</script>`;
  const body = markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<link rel="icon" href="${ICON}">
${refreshTag(parts)}<title>${parts.title}</title>
<style>${new MarkupText(STYLE)}</style>
</head>
<body>
<main${new MarkupText(parts.wide === true ? ' class="wide"' : '')}>
${parts.body}
</main>
${new MarkupText(script)}
</body>
</html>
`;
  return html(parts.status ?? 200, body.toString(), pageHeaders(parts));
}

const refreshTag = ({ refresh }: PageParts): Markup | false =>
  refresh !== undefined &&
  markup`<meta http-equiv="refresh" content="${refresh.seconds};url=${refresh.url}">
`;

const pageHeaders = ({ script, frames = [] }: PageParts): Reply['headers'] => ({
  'Content-Security-Policy': [
    "default-src 'none'",
    `style-src ${STYLE_HASH}`,
    `script-src ${script === undefined ? "'none'" : hashSource(script)}`,
    `frame-src ${frames.length === 0 ? "'none'" : frames.join(' ')}`,
    "connect-src 'self'",
    'img-src data:',
    "base-uri 'none'",
    "frame-ancestors 'none'",
    'form-action https: http:',
  ].join('; '),
  'Cache-Control': 'no-store, no-cache',
  Pragma: 'no-cache',
  'Referrer-Policy': 'no-referrer',
  'X-Frame-Options': 'DENY',
});

/** The line at the top of every page of the login host: nobody may take it for the real one. */
export const brand = (tenantName: string): Markup =>
  markup`<p class="brand"><span aria-hidden="true">◆</span> <span><b>${tenantName}</b> · local tenant, not Microsoft</span></p>`;

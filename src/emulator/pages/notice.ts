import type { Reply } from '../http/reply.ts';
import { markup } from './markup.ts';
import { brand, page } from './page.ts';

/** What the page says. */
export interface Notice {
  readonly tenantName: string;
  readonly title: string;
  readonly text: string;
}

/** A page that only tells something. */
export const noticePage = ({ tenantName, title, text }: Notice): Reply =>
  page({
    title,
    body: markup`${brand(tenantName)}
<h1>${title}</h1>
<p>${text}</p>`,
  });

import { html } from './html.ts';
import type { Page } from './layout.ts';

/** A way to sign in: one link. */
interface SignInLink {
  readonly name: string;
  readonly description: string;
  readonly url: string;
}

/** What the sign-in page shows. */
export interface SignInView {
  /** What the service is called. */
  readonly service: string;
  readonly links: readonly SignInLink[];
  /** Right after signing out: here, or also at Microsoft; null otherwise. */
  readonly signedOut: 'here' | 'everywhere' | null;
}

/** One link per method of the service's chain. */
export function signInPage({ service, links, signedOut }: SignInView): Page {
  return {
    title: 'Sign in',
    width: 'narrow',
    body: html`<h1>Sign in</h1>
      ${signedOut === null ? null : SIGNED_OUT[signedOut]}
      <p class="soft">${service}</p>
      ${links.length === 0 ? NOBODY : null}
      <ul>
        ${links.map(({ name, description, url }) => {
          const text = description === '' ? null : html`<p class="soft">${description}</p>`;
          return html`<li><a class="button" href="${url}">Sign in with ${name}</a>${text}</li>`;
        })}
      </ul>`,
  };
}

const SIGNED_OUT = {
  here: html`<p role="status">
    You are signed out here. Your sign-in at Microsoft goes on until you end it there.
  </p>`,
  everywhere: html`<p role="status">You are signed out here and at Microsoft.</p>`,
};

const NOBODY = html`<p>Nobody can sign in here: the service has no method.</p>`;

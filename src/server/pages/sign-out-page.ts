import { SIGN_OUT } from '../addresses.ts';
import { html } from './html.ts';
import type { Page } from './layout.ts';

/**
 * Asks before it signs anybody out: a link from elsewhere must not.
 *
 * @param service Path of the service to sign out of; null: of all of them.
 * @param everywhere True when the session at Microsoft ends, too.
 */
export function signOutPage(service: string | null, everywhere: boolean): Page {
  return {
    title: 'Sign out',
    width: 'narrow',
    body: html`<h1>Sign out</h1>
      <p>${everywhere ? EVERYWHERE : HERE}</p>
      ${signOutForm(service)}`,
  };
}

const HERE = 'This ends your session here. Your sign-in at Microsoft goes on.';
const EVERYWHERE = 'This ends your session here and your sign-in at Microsoft.';

/** The button that signs out. */
export function signOutForm(service: string | null): ReturnType<typeof html> {
  const field =
    service === null ? null : html`<input type="hidden" name="service" value="${service}" />`;
  return html`<form method="post" action="${SIGN_OUT}">
    ${field}<button class="button" type="submit">Sign out</button>
  </form>`;
}

/** What the tenant's hidden frame gets. Nobody sees it. */
export const SIGNED_OUT_PAGE: Page = {
  title: 'Signed out',
  width: 'narrow',
  body: html`<h1>Signed out</h1>
    <p>You are signed out.</p>`,
};

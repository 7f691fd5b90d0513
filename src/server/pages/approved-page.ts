import { SIGN_IN } from '../addresses.ts';
import { html } from './html.ts';
import type { Page } from './layout.ts';

/** Where an administrator arrives who consented for everybody. Whether Entra took it, the next sign-in tells. */
export const APPROVED_PAGE: Page = {
  title: 'Back from Microsoft',
  width: 'narrow',
  body: html`<h1>Back from Microsoft</h1>
    <p>If you approved what this service asks for, people can sign in now.</p>
    <a class="button" href="${SIGN_IN}">Sign in</a>`,
};

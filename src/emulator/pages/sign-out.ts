import type { Reply } from '../http/reply.ts';
import { type Person, signInName } from '../tenant/person.ts';
import { type Markup, markup, Markup as MarkupText } from './markup.ts';
import { brand, page } from './page.ts';

/** The page on which a person picks the account to sign out of. */
export const signOutPickerPage = (
  tenantName: string,
  action: string,
  people: readonly Person[],
): Reply =>
  page({
    title: 'Sign out',
    body: markup`${brand(tenantName)}
<h1>Pick an account</h1>
<p class="soft">Which account do you want to sign out of?</p>
<form method="post" action="${action}">
<ul class="accounts">${people.map(
      (person) => markup`
<li><button type="submit" name="account" value="${person.oid}"><span class="mark" aria-hidden="true">${person.displayName.slice(0, 1)}</span>
<span>${person.displayName}<small>${signInName(person)}</small></span></button></li>`,
    )}</ul>
</form>`,
  });

/** What the page of a sign-out needs. */
export interface SignedOut {
  readonly tenantName: string;
  /** Front-channel logout requests, one for each application that was signed in to. */
  readonly logoutUrls: readonly string[];
  /** Where to go when they are done; null: nowhere. */
  readonly next: string | null;
  /** Frames send no cookies. */
  readonly withoutCookies: boolean;
}

/** Waits for the frames, not for ever, then goes on. */
const GO_ON = `
const next = document.querySelector('main a[rel=next]')?.href;
const frames = [...document.querySelectorAll('iframe')];
const loads = frames.map((frame) => new Promise((done) => frame.addEventListener('load', done)));
const patience = new Promise((done) => setTimeout(done, 5000));
if (next) Promise.race([Promise.all(loads), patience]).then(() => location.replace(next));
`;

/** A browser without scripts waits so long for the frames. Unit: seconds. */
const REFRESH_SECONDS = 3;

/**
 * Tells every application by a hidden frame that the session is over, then goes where the request said.
 *
 * @see https://openid.net/specs/openid-connect-frontchannel-1_0.html
 */
export const signedOutPage = (signedOut: SignedOut): Reply => {
  const { next } = signedOut;
  return page({
    title: 'Sign out',
    script: GO_ON,
    frames: [...new Set(signedOut.logoutUrls.map((url) => new URL(url).origin))],
    ...(next === null ? {} : { refresh: { seconds: REFRESH_SECONDS, url: next } }),
    body: markup`${brand(signedOut.tenantName)}
<h1>You signed out of your account</h1>
<p>It’s a good idea to close all browser windows.</p>
${next !== null && markup`<p><a rel="next" href="${next}">Continue</a></p>`}
${signedOut.logoutUrls.map((url) => frame(url, signedOut.withoutCookies))}`,
  });
};

const frame = (url: string, withoutCookies: boolean): Markup =>
  markup`<iframe hidden title="Sign out of an application"${new MarkupText(withoutCookies ? ' credentialless' : '')} src="${url}"></iframe>\n`;

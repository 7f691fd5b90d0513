import type { ErrorCode } from '../../errors.ts';
import { sentenceOf } from './error-page.ts';
import { html } from './html.ts';
import type { Html } from './html.ts';
import type { Page } from './layout.ts';

/** A way to sign in: one link. */
interface SignInLink {
  readonly name: string;
  readonly description: string;
  readonly url: string;
}

/** Credentials that were refused. */
export interface RefusedCredentials {
  readonly code: ErrorCode;
  /** Of the sign-in, or of the request. */
  readonly requestId: string;
  /** As it was typed. */
  readonly username: string;
}

/** Where a username and a password are typed. */
interface PasswordForm {
  readonly name: string;
  readonly action: string;
  /** Path of the service. */
  readonly service: string;
  readonly returnTo: string;
  /** Null when nothing was typed yet. */
  readonly refused: RefusedCredentials | null;
}

/** What the sign-in page shows. */
export interface SignInView {
  /** What the service is called. */
  readonly service: string;
  readonly links: readonly SignInLink[];
  /** Null when no method takes a password. */
  readonly form: PasswordForm | null;
  /** Right after signing out: here, or also at Microsoft; null otherwise. */
  readonly signedOut: 'here' | 'everywhere' | null;
}

/** One link per method of the service's chain, and one form for all methods that take a username and a password. */
export function signInPage({ service, links, signedOut, form }: SignInView): Page {
  return {
    title: 'Sign in',
    width: 'narrow',
    body: html`<h1>Sign in</h1>
      ${signedOut === null ? null : SIGNED_OUT[signedOut]}
      <p class="soft">${service}</p>
      ${links.length === 0 && !form ? NOBODY : null}
      <ul>
        ${links.map(({ name, description, url }) => {
          const text = description === '' ? null : html`<p class="soft">${description}</p>`;
          return html`<li><a class="button" href="${url}">Sign in with ${name}</a>${text}</li>`;
        })}
      </ul>
      ${form && passwordForm(form)}`,
  };
}

/** The password is never in a page, whatever was typed. */
function passwordForm({ name, action, service, returnTo, refused }: PasswordForm): Html {
  const wrong = refused && { described: 'refused', username: refused.username };
  return html`<form method="post" action="${action}">
    <h2>${name}</h2>
    ${refused && refusal(refused)}
    <input type="hidden" name="service" value="${service}" />
    <input type="hidden" name="returnTo" value="${returnTo}" />
    <label for="username">Username</label>
    <input
      id="username"
      name="username"
      autocomplete="username"
      autocapitalize="none"
      spellcheck="false"
      maxlength="256"
      required
      value="${wrong?.username}"
      aria-describedby="${wrong?.described}"
    />
    <label for="password">Password</label>
    <input
      id="password"
      name="password"
      type="password"
      autocomplete="current-password"
      maxlength="1024"
      required
      aria-describedby="${wrong?.described}"
    />
    <button class="button" type="submit">Sign in</button>
  </form>`;
}

function refusal({ code, requestId }: RefusedCredentials): Html {
  return html`<p class="bad" role="alert" id="refused">
    ${sentenceOf(code)} <span class="soft">(${code}, <code>${requestId}</code>)</span>
  </p>`;
}

const SIGNED_OUT = {
  here: html`<p role="status">
    You are signed out here. Your sign-in at Microsoft goes on until you end it there.
  </p>`,
  everywhere: html`<p role="status">You are signed out here and at Microsoft.</p>`,
};

const NOBODY = html`<p>Nobody can sign in here: the service has no method.</p>`;

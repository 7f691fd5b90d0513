import type { Reply } from '../http/reply.ts';
import { type Person, signInName } from '../tenant/person.ts';
import { markup } from './markup.ts';
import { brand, page } from './page.ts';

/** What the page asks. */
export interface PasswordQuestion {
  readonly tenantName: string;
  readonly action: string;
  readonly ctx: string;
  readonly person: Person;
  /** True after a wrong password. */
  readonly wrong: boolean;
}

/** The page on which a person types a password, where the tenant asks for one. */
export const passwordPage = ({ tenantName, action, ctx, person, wrong }: PasswordQuestion): Reply =>
  page({
    title: 'Sign in to your account',
    body: markup`${brand(tenantName)}
<h1>Enter password</h1>
<p class="soft">${signInName(person)}</p>
${wrong && markup`<p class="error" role="alert">AADSTS50126: the account or password is incorrect.</p>`}
<form method="post" action="${action}">
<input type="hidden" name="ctx" value="${ctx}">
<input type="hidden" name="account" value="${person.oid}">
<label for="passwd">Password</label>
<input type="password" id="passwd" name="passwd" autocomplete="current-password" required autofocus>
<div class="row"><button class="primary" type="submit">Sign in</button></div>
</form>`,
  });

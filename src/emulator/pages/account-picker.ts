import type { Reply } from '../http/reply.ts';
import { type Person, signInName } from '../tenant/person.ts';
import { type Markup, markup } from './markup.ts';
import { brand, page } from './page.ts';

/** What the page asks. */
export interface AccountChoice {
  readonly tenantName: string;
  readonly appName: string;
  /** Where the form goes. */
  readonly action: string;
  readonly ctx: string;
  readonly people: readonly Person[];
  /** Object ids of those who are signed in in this browser. */
  readonly signedIn: ReadonlySet<string>;
  /** Why the last choice did not do. */
  readonly error?: string | undefined;
}

/** The page on which a person picks an account, or types the name of another. */
export const accountPickerPage = (choice: AccountChoice): Reply =>
  page({
    title: 'Sign in to your account',
    body: markup`${brand(choice.tenantName)}
<h1>Pick an account</h1>
<p class="soft">to continue to ${choice.appName}</p>
${choice.error !== undefined && markup`<p class="error" role="alert">${choice.error}</p>`}
<form method="post" action="${choice.action}">
<input type="hidden" name="ctx" value="${choice.ctx}">
<ul class="accounts">${choice.people.map((person) => tile(person, choice.signedIn))}</ul>
</form>
<form method="post" action="${choice.action}">
<input type="hidden" name="ctx" value="${choice.ctx}">
<label for="login">Use another account</label>
<input type="text" id="login" name="login" autocomplete="username" spellcheck="false" required
 placeholder="someone@example.com">
<div class="row"><button type="submit">Next</button></div>
</form>`,
  });

const tile = (person: Person, signedIn: ReadonlySet<string>): Markup => markup`
<li><button type="submit" name="account" value="${person.oid}">
<span class="mark" aria-hidden="true">${initials(person)}</span>
<span>${person.displayName}<small>${signInName(person)}</small><small>${describe(person, signedIn)}</small></span>
</button></li>`;

const initials = ({ displayName }: Person): string =>
  displayName
    .split(/\s+/)
    .slice(0, 2)
    .map((word) => word.slice(0, 1).toUpperCase())
    .join('');

function describe(person: Person, signedIn: ReadonlySet<string>): string {
  const work = [person.jobTitle, person.department].filter((part) => part !== null).join(', ');
  return [work, signedIn.has(person.oid) ? 'Signed in' : '']
    .filter((part) => part !== '')
    .join(' · ');
}

import type { Reply } from '../http/reply.ts';
import { type Person, signInName } from '../tenant/person.ts';
import { type Markup, markup } from './markup.ts';
import { brand, page } from './page.ts';

/** What the page asks. */
export interface SecondFactorQuestion {
  readonly tenantName: string;
  readonly action: string;
  readonly ctx: string;
  readonly person: Person;
  /** True after the person refused. */
  readonly refused: boolean;
}

/** The page that stands for the authenticator app: approve, refuse, or set it up first. */
export const secondFactorPage = (question: SecondFactorQuestion): Reply =>
  page({
    title: 'Sign in to your account',
    body: markup`${brand(question.tenantName)}
<h1>${question.person.secondFactor ? 'Approve sign in request' : 'More information required'}</h1>
<p class="soft">${signInName(question.person)}</p>
${question.refused && markup`<p class="error" role="alert">AADSTS500121: the request was denied.</p>`}
<p>${question.person.secondFactor ? 'Your authenticator would ask you now.' : 'Your organization needs a second factor. Set one up to go on.'}</p>
<form method="post" action="${question.action}">
<input type="hidden" name="ctx" value="${question.ctx}">
<div class="row">${question.person.secondFactor ? answers : setUp}</div>
</form>`,
  });

const answers: Markup = markup`
<button class="primary" type="submit" name="secondfactor" value="approve">Approve</button>
<button type="submit" name="secondfactor" value="deny">Deny</button>`;

const setUp: Markup = markup`
<button class="primary" type="submit" name="secondfactor" value="register">Set it up</button>`;

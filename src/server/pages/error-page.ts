import type { Actor } from '../../entra/entra-error.ts';
import type { ErrorCode } from '../../errors.ts';
import { isMetCode, layerOf } from '../problem.ts';
import type { Problem } from '../problem.ts';
import { html } from './html.ts';
import type { Html } from './html.ts';
import { fact } from './layout.ts';
import type { Page } from './layout.ts';
import { LAYER_SENTENCES, MENDS, NOWHERE_TO_START, SENTENCES } from './sentences.ts';

/** What happened, who can mend it, and the numbers by which an operator finds it. */
export function errorPage(problem: Problem, mend: Actor): Page {
  const { code, denial, requestId, correlationId, again, outcome } = problem;
  const title = headingOf(problem);
  const number = outcome === undefined ? 'Request' : 'Sign-in';
  return {
    title,
    width: 'narrow',
    body: html`<h1>${title}</h1>
      <p>${problem.message ?? sentenceOf(code)}</p>
      ${mendOf(problem, mend)} ${consentLink(problem)}
      ${again ? html`<a class="button" href="${again}">${againText(problem)}</a>` : null}
      <footer>
        <dl>
          ${fact('Code', html`<code>${denial ?? code}</code>`)}
          ${fact(number, html`<code>${requestId}</code>`)}
          ${fact('Microsoft', correlationId ? html`<code>${correlationId}</code>` : null)}
        </dl>
      </footer>`,
  };
}

/** Who can mend it and how. What is known to be the mend of the person stands alone: the sentence for all cases says less. */
function mendOf({ again, advice }: Problem, mend: Actor): Html {
  const general = mend === 'person' && !again ? NOWHERE_TO_START : MENDS[mend];
  if (!advice) return html`<p class="soft">${general}</p>`;
  return mend === 'person'
    ? html`<p>${advice}</p>`
    : html`<p class="soft">${general}</p>
        <p>${advice}</p>`;
}

/** For whoever may consent for everybody; Entra asks them to sign in, and sends them back here. */
function consentLink({ adminConsentUrl }: Problem): Html | null {
  return adminConsentUrl
    ? html`<p><a href="${adminConsentUrl}">Approve for everybody (administrators)</a></p>`
    : null;
}

/** The picker of accounts is shown at every start; where it is the mend, the button says so. */
const againText = ({ code }: Problem): string =>
  OTHER_ACCOUNT.has(code) ? 'Choose another account' : 'Start again';

const OTHER_ACCOUNT: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'ENTRA_ACCESS_DENIED',
  'ENTRA_OTHER_PERSON',
  'ENTRA_TOKEN_TENANT',
  'SIGN_IN_GUEST_REFUSED',
]);

function headingOf({ code, outcome }: Problem): string {
  if (outcome === 'denied' && code.startsWith('SIGN_IN_')) return 'You are not let in';
  if (outcome !== undefined || code.startsWith('ENTRA_')) return 'Signing in did not work';
  return code === 'SERVER_NOT_FOUND' ? 'Nothing here' : 'That did not work';
}

/** What a person is told of a code. */
export function sentenceOf(code: ErrorCode): string {
  return isMetCode(code) ? SENTENCES[code] : LAYER_SENTENCES[layerOf(code)];
}

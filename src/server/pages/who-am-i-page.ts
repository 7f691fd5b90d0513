import type { EntraGroup, TokenMetadata } from '../../../sandbox/contract.ts';
import type { InvocationRecord, SignInRecord } from '../../session/record.ts';
import type { Session } from '../../session/session.ts';
import { html } from './html.ts';
import type { Html } from './html.ts';
import { fact } from './layout.ts';
import type { Page } from './layout.ts';
import { signOutForm } from './sign-out-page.ts';

/**
 * Shows a signed-in person who they are here, and how that came about.
 *
 * @param record Of the sign-in; undefined when it is no longer kept.
 * @param photo Address of the person's photo; null when none is shown.
 */
export function whoAmIPage(
  session: Session,
  record: SignInRecord | undefined,
  photo: string | null,
): Page {
  const { principal } = session;
  const name = principal.name ?? principal.username;
  return {
    title: `Signed in as ${name}`,
    width: 'wide',
    body: html`${photo && html`<img class="photo" src="${photo}" alt="" width="96" height="96" />`}
      <h1>Signed in as ${name}</h1>
      ${person(session)} ${groups(session, record)}
      ${section('Roles', names(principal.roles), 'You have no role.')}
      ${section('Claims', claims(session), 'No further claims.')}
      ${section('Extensions', (record?.extensions ?? []).map(run), 'No extension was asked.')}
      ${section('Tokens', session.tokens.map(token), 'No token was asked for.')} ${life(session)}
      ${signOutForm(session.service.path)}`,
  };
}

function person({ principal }: Session): Html {
  return html`<dl>
    ${fact('Username', principal.username)} ${fact('Name', principal.name)}
    ${fact('Email', principal.email)} ${fact('Principal name', principal.upn)}
    ${fact('Object id', html`<code>${principal.oid}</code>`)}
    ${fact('Tenant', html`<code>${principal.tid}</code>`)} ${fact('Home', principal.home)}
  </dl>`;
}

/** Entrada's groups first: they are what counts. Those of Entra that have no like here are named, to be looked for. */
function groups({ principal }: Session, record: SignInRecord | undefined): Html {
  const ignored = (record?.groups?.ignored ?? []).map(ignoredGroup);
  return html`${section('Groups', names(principal.groups), 'You are in no group.')}
  ${ignored.length === 0 ? null : section('Groups at Microsoft that mean nothing here', ignored, '')}`;
}

const names = (all: readonly { readonly name: string }[]): readonly Html[] =>
  all.map(({ name }, index) => html`${name}${index === 0 ? PRIMARY : null}`);

const PRIMARY = html` <span class="soft">(primary)</span>`;

const ignoredGroup = ({ name }: EntraGroup): Html => html`${name}`;

const claims = ({ principal }: Session): readonly Html[] =>
  Object.entries(principal.claims).map(
    ([name, value]) => html`${name}: <code>${JSON.stringify(value)}</code>`,
  );

function run(record: InvocationRecord): Html {
  const { extension, hook, mode, durationMs, hostCalls } = record;
  const calls = hostCalls.map(
    ({ method, url, status, code }) => `${method} ${url} ${status ?? code}`,
  );
  return html`<div class="card">
    <h3>${extension}</h3>
    <dl>
      ${fact('Hook', mode === 'shadow' ? `${hook} (shadow: not applied)` : hook)}
      ${fact('Said', said(record))} ${fact('Took', `${Math.round(durationMs)} ms`)}
      ${calls.map((call) => fact('Called', html`<code>${call}</code>`))}
    </dl>
  </div>`;
}

function said(record: InvocationRecord): Html {
  const { instead } = record;
  return instead === null
    ? saidAlone(record)
    : html`${saidAlone(record)} (would have been: ${instead})`;
}

function saidAlone({ verdict, decision, patch, failure }: InvocationRecord): Html {
  if (failure !== null) return html`<span class="bad">failed: ${failure.kind}</span>`;
  if (verdict !== undefined) return html`${verdict}`;
  if (patch !== null) return html`<code>${JSON.stringify(patch)}</code>`;
  if (decision === null) return html`nothing`;
  const code = decision.decision === 'deny' ? `: ${decision.code}` : '';
  const look = decision.decision === 'allow' ? 'good' : 'bad';
  return html`<span class="${look}">${decision.decision}${code}</span>`;
}

/** What is known of a token; the token itself is not here. */
const token = ({ resource, scopes, expiresAt }: TokenMetadata): Html =>
  html`<div class="card">
    <h3>${resource}</h3>
    <dl>${fact('Scopes', scopes.join(' '))} ${fact('Ends', when(expiresAt))}</dl>
  </div>`;

function life({ createdAt, endsAt, idleMs, signIn, address }: Session): Html {
  return html`<h2>Session</h2>
    <dl>
      ${fact('Began', when(createdAt))} ${fact('Ends', when(endsAt))}
      ${fact('Unused', `ends after ${Math.round(idleMs / 60_000)} minutes`)}
      ${fact('Address', address)} ${fact('Sign-in', html`<code>${signIn}</code>`)}
    </dl> `;
}

function section(title: string, items: readonly Html[], none: string): Html {
  if (items.length === 0)
    return html`<h2>${title}</h2>
      <p class="soft">${none}</p>`;
  return html`<h2>${title}</h2>
    <ul>
      ${items.map((item) => html`<li>${item}</li>`)}
    </ul>`;
}

function when(milliseconds: number): Html {
  const text = new Date(milliseconds).toISOString();
  const shown = `${text.slice(0, 10)} ${text.slice(11, 16)} UTC`;
  return html`<time datetime="${text}">${shown}</time>`;
}

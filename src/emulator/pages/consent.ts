import type { Reply } from '../http/reply.ts';
import { type Markup, markup } from './markup.ts';
import { brand, page } from './page.ts';

/** One permission as the page names it. */
export interface PermissionLine {
  readonly resource: string;
  readonly scope: string;
  readonly about: string;
  readonly adminConsent: boolean;
}

/** What the page asks. */
export interface ConsentQuestion {
  readonly tenantName: string;
  readonly appName: string;
  readonly account: string;
  readonly action: string;
  readonly ctx: string;
  readonly permissions: readonly PermissionLine[];
  /** `offer`: an administrator may consent for all; `only`: that is all one can do here; `no`: for oneself alone. */
  readonly forAll: 'no' | 'offer' | 'only';
}

/** The page on which a person, or an administrator for all, accepts what an application may do. */
export const consentPage = (question: ConsentQuestion): Reply =>
  page({
    title: 'Permissions requested',
    body: markup`${brand(question.tenantName)}
<p class="soft">${question.account}</p>
<h1>Permissions requested${question.forAll === 'only' && ' for your organization'}</h1>
<p><b>${question.appName}</b> would like to:</p>
<ul>${question.permissions.map(line)}</ul>
<form method="post" action="${question.action}">
<input type="hidden" name="ctx" value="${question.ctx}">
${question.forAll === 'offer' && forAllBox}
<div class="row">
<button class="primary" type="submit" name="consent" value="accept">Accept</button>
<button type="submit" name="consent" value="decline">Cancel</button>
</div>
</form>`,
  });

const line = (permission: PermissionLine): Markup =>
  markup`<li>${permission.about} <small>(<code>${permission.scope}</code>, ${permission.resource})</small></li>`;

const forAllBox: Markup = markup`<label class="check"><input type="checkbox" name="forall" value="yes">
Consent on behalf of your organization</label>`;

/** What the page of a person who cannot consent says. */
export interface ApprovalQuestion extends Omit<ConsentQuestion, 'forAll'> {
  /** `AADSTS90094` or `AADSTS90095`. */
  readonly error: string;
  /** The tenant lets people ask an administrator. */
  readonly workflow: boolean;
  /** True once the person asked. */
  readonly asked: boolean;
  readonly description: string;
}

/** "Need admin approval": the dead end for a person, with the way back to the application. */
export const adminApprovalPage = (question: ApprovalQuestion): Reply =>
  page({
    title: question.workflow ? 'Approval required' : 'Need admin approval',
    body: markup`${brand(question.tenantName)}
<p class="soft">${question.account}</p>
<h1>${question.workflow ? 'Approval required' : 'Need admin approval'}</h1>
<p><b>${question.appName}</b> needs permission to access resources in your organization that only an
administrator can grant.</p>
<ul>${question.permissions.map(line)}</ul>
${question.asked && markup`<p role="status">Your request was sent.</p>`}
<form method="post" action="${question.action}">
<input type="hidden" name="ctx" value="${question.ctx}">
<div class="row">
${question.workflow && !question.asked && markup`<button class="primary" type="submit" name="consent" value="request">Request approval</button>`}
<button type="submit" name="consent" value="another">Have an admin account? Sign in with that account</button>
<button type="submit" name="consent" value="return">Return to the application without granting consent</button>
</div>
</form>
<dl><dt>Error</dt><dd>${question.error}</dd><dt>Details</dt><dd>${question.description}</dd></dl>`,
  });

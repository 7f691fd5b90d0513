import type { Reply } from '../http/reply.ts';
import { markup } from './markup.ts';
import { brand, page } from './page.ts';

/** What the page tells. */
export interface LoginError {
  readonly status: number;
  readonly tenantName: string;
  readonly aadsts: number;
  readonly description: string;
  readonly traceId: string;
  readonly correlationId: string;
  readonly timestamp: string;
}

/** An error that the login host shows itself, because there is nobody it may tell it to. */
export const loginErrorPage = (error: LoginError): Reply =>
  page({
    title: 'Sign in to your account',
    status: error.status,
    body: markup`${brand(error.tenantName)}
<h1>Sorry, but we’re having trouble signing you in.</h1>
<p class="error" role="alert">${error.description}</p>
<h2>Troubleshooting details</h2>
<dl>
<dt>Error code</dt><dd>AADSTS${error.aadsts}</dd>
<dt>Request Id</dt><dd>${error.traceId}</dd>
<dt>Correlation Id</dt><dd>${error.correlationId}</dd>
<dt>Timestamp</dt><dd>${error.timestamp}</dd>
</dl>`,
  });

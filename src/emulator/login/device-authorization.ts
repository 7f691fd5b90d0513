import { json, type Reply } from '../http/reply.ts';
import { type EmulatorRequest, formOf } from '../http/request.ts';
import type { Handler } from '../http/route.ts';
import { deviceCodePage } from '../pages/device.ts';
import { noticePage } from '../pages/notice.ts';
import type { World } from '../world.ts';
import { NO_CLAIMS } from './authorize/claims-parameter.ts';
import { findClient } from './authorize/trust.ts';
import { DEVICE_CODE_SECONDS, type DeviceGrant } from './device-codes.ts';
import { isRefusal, refuse } from './refusal.ts';
import { refusalJson } from './refusal-reply.ts';
import { readScopes } from './scopes.ts';
import { beginSignIn } from './sign-in/proceed.ts';
import { subjectOf } from './subject-of.ts';

const PAGE = '/common/oauth2/deviceauth';

/**
 * Gives a device a code for a person to type elsewhere (RFC 8628 section 3.1).
 *
 * @see https://learn.microsoft.com/entra/identity-platform/v2-oauth2-device-code#device-authorization-request
 */
export const deviceAuthorization: Handler = (world, request, { tenant: segment = '' }) => {
  const form = formOf(request);
  const client = findClient(world, segment, form.get('client_id') ?? undefined);
  if (isRefusal(client)) return refusalJson(world, request, client);
  request.notes.client = client.app.appId;
  const text = form.get('scope');
  const scopes = text === null ? missingScope() : readScopes(text, { world, ...client });
  if (isRefusal(scopes)) return refusalJson(world, request, scopes, client.tenant);
  const { userCode, deviceCode } = world.deviceCodes.issue(client, scopes);
  const verificationUri = `${world.addresses.login}${PAGE}`;
  return json(200, {
    user_code: userCode,
    device_code: deviceCode,
    verification_uri: verificationUri,
    expires_in: DEVICE_CODE_SECONDS,
    interval: 5,
    message: `To sign in, use a web browser to open the page ${verificationUri} and enter the code ${userCode} to authenticate.`,
  });
};

const missingScope = (): ReturnType<typeof refuse> =>
  refuse(900144, { words: { parameter: 'scope' } });

/** The page on which the code is typed, and the sign-in that follows. */
export const deviceSignIn: Handler = (world, request) => {
  if (request.method === 'GET') return deviceCodePage(PAGE);
  const grant = world.deviceCodes.byUserCode(formOf(request).get('otc') ?? '');
  return grant === undefined ? codeDidNotWork() : signInFor(world, request, grant);
};

const codeDidNotWork = (): Reply =>
  deviceCodePage(PAGE, 'That code didn’t work. Check the code and try again.');

function signInFor(world: World, request: EmulatorRequest, grant: DeviceGrant): Promise<Reply> {
  const { tenant, app, scopes } = grant;
  return beginSignIn(world, request, {
    app,
    tenants: [tenant],
    scopes,
    prompt: 'select_account',
    loginHint: undefined,
    domainHint: undefined,
    maxAge: undefined,
    claims: NO_CLAIMS,
    consent: 'person',
    // The first answer counts: the code may have been typed in another browser too, or the page gone back to.
    refuse: () => {
      if (grant.outcome === 'waiting') grant.outcome = 'declined';
      return noticePage({
        tenantName: tenant.name,
        title: 'Declined',
        text: 'Nobody was signed in.',
      });
    },
    finish: (asked, result) => {
      if (grant.outcome !== 'waiting') return codeDidNotWork();
      grant.outcome = subjectOf(asked, app, result, []);
      const text = `You have signed in to ${app.displayName} on your device. You may now close this window.`;
      return noticePage({ tenantName: tenant.name, title: 'Signed in', text });
    },
  });
}

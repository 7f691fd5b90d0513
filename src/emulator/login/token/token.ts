import { type Reply, withHeaders } from '../../http/reply.ts';
import { type EmulatorRequest, formOf, headerOf } from '../../http/request.ts';
import type { Handler } from '../../http/route.ts';
import type { World } from '../../world.ts';
import { findClient } from '../authorize/trust.ts';
import { isRefusal, refuse, type Refusal } from '../refusal.ts';
import { refusalJson } from '../refusal-reply.ts';
import { redeemCode } from './authorization-code.ts';
import { basicCredentials } from './client-authentication.ts';
import { clientCredentials } from './client-credentials.ts';
import { redeemDeviceCode } from './device-code.ts';
import { refresh } from './refresh-token.ts';
import { tokenHeaders } from './token-reply.ts';
import { type GrantHandler, missingField, type TokenRequest } from './token-request.ts';

/** Grant types that the endpoint knows. */
const GRANTS: ReadonlyMap<string, GrantHandler> = new Map([
  ['authorization_code', redeemCode],
  ['refresh_token', refresh],
  ['client_credentials', clientCredentials],
  ['urn:ietf:params:oauth:grant-type:device_code', redeemDeviceCode],
  ['device_code', redeemDeviceCode],
]);

/**
 * The token endpoint.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-3.2
 */
export const token: Handler = async (world, request, { tenant: segment = '' }) => {
  const read = readTokenRequest(world, request, segment);
  const answer = isRefusal(read) ? read : await grant(read);
  const tenant = isRefusal(read) ? undefined : read.tenant;
  const reply = isRefusal(answer) ? refusalJson(world, request, answer, tenant) : answer;
  return withHeaders(reply, tokenHeaders(request));
};

function readTokenRequest(
  world: World,
  request: EmulatorRequest,
  segment: string,
): TokenRequest | Refusal {
  if (request.method !== 'POST') return refuse(900561, { words: { method: request.method } });
  const form = formOf(request);
  const names = [...form.keys()];
  const duplicate = names.find((name, index) => names.indexOf(name) !== index);
  if (duplicate !== undefined) return refuse(9000411, { words: { parameter: duplicate } });
  const field = (name: string): string | undefined => form.get(name) || undefined;
  const basic = basicCredentials(headerOf(request, 'authorization'));
  const clientId = field('client_id') ?? basic?.id;
  // Of a body that is no form at all, the first field that is missed.
  if (clientId === undefined && field('grant_type') === undefined)
    return missingField('grant_type');
  const client = findClient(world, segment, clientId);
  if (isRefusal(client)) return client;
  request.notes.client = client.app.appId;
  request.notes.tenant = client.tenant.id;
  return { world, request, segment, field, ...client };
}

async function grant(read: TokenRequest): Promise<Reply | Refusal> {
  const grantType = read.field('grant_type');
  if (grantType === undefined) return missingField('grant_type');
  const handler = GRANTS.get(grantType);
  if (handler === undefined) return refuse(70003, { words: { grantType } });
  return refuseThrottled(read) ?? handler(read);
}

function refuseThrottled({ world, tenant, app }: TokenRequest): Refusal | undefined {
  const throttle = tenant.policies.tokenThrottle;
  if (throttle === null || !world.throttles.exceeds(`token|${app.appId}`, throttle))
    return undefined;
  const error = tenant.variants.throttledRefusal;
  return refuse(90055, { error, retryAfter: throttle.retryAfterSeconds });
}

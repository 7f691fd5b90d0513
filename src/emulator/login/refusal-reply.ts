import { json, type Reply } from '../http/reply.ts';
import type { EmulatorRequest } from '../http/request.ts';
import { loginErrorPage } from '../pages/login-error.ts';
import type { Tenant } from '../tenant/tenant.ts';
import type { World } from '../world.ts';
import type { ReturnAddress } from './authorize/authorize-request.ts';
import { deliver } from './authorize/response.ts';
import { errorUri, stamp } from './error-text.ts';
import type { Refusal } from './refusal.ts';

/** A refusal as a page of the login host: nothing is sent to any redirect URI. */
export function refusalPage(
  world: World,
  request: EmulatorRequest,
  refusal: Refusal,
  tenant?: Tenant,
): Reply {
  const variants = tenant?.variants ?? world.variants;
  return loginErrorPage({
    status: variants.htmlErrorStatus,
    tenantName: tenant?.name ?? 'Entra',
    aadsts: refusal.aadsts,
    ...stamp(world, request, refusal, variants),
  });
}

/** A refusal as an error that the application is told at its redirect URI, unless it has to be shown as a page. */
export function refusalToApplication(
  world: World,
  request: EmulatorRequest,
  refusal: Refusal,
  tenant: Tenant,
  address: ReturnAddress,
): Reply {
  if (refusal.page) return refusalPage(world, request, refusal, tenant);
  const { description, correlationId } = stamp(world, request, refusal, tenant.variants);
  const fields = [
    ['error', refusal.error],
    ['error_description', description],
    ...(tenant.variants.errorUri ? [['error_uri', errorUri(world, refusal)]] : []),
    ...(refusal.suberror === 'cancel' ? [['error_subcode', 'cancel']] : []),
    ...(address.responseMode === 'form_post' ? [['correlation_id', correlationId]] : []),
  ] as const;
  const pairs = fields.map(([name = '', value = '']) => [name, value] as const);
  return deliver(world, tenant, address, pairs);
}

/**
 * A refusal as the token endpoint prints it.
 *
 * @see https://learn.microsoft.com/entra/identity-platform/reference-error-codes#handling-error-codes-in-your-application
 */
export function refusalJson(
  world: World,
  request: EmulatorRequest,
  refusal: Refusal,
  tenant?: Tenant,
): Reply {
  const variants = tenant?.variants ?? world.variants;
  const { description, timestamp, traceId, correlationId } = stamp(
    world,
    request,
    refusal,
    variants,
  );
  const body = {
    error: refusal.error,
    error_description: description,
    error_codes: [refusal.aadsts],
    timestamp,
    trace_id: traceId,
    correlation_id: correlationId,
    ...(variants.errorUri ? { error_uri: errorUri(world, refusal) } : {}),
    ...(refusal.suberror === undefined ? {} : { suberror: refusal.suberror }),
    ...(refusal.claims === undefined ? {} : { claims: refusal.claims }),
  };
  return json(refusal.status, body, retryHeaders(refusal));
}

const retryHeaders = ({ retryAfter }: Refusal): Reply['headers'] =>
  retryAfter === undefined ? {} : { 'Retry-After': String(retryAfter) };

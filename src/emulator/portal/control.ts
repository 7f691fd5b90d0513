import type { z } from 'zod';
import { isEntradaError } from '../../errors.ts';
import { type TenantControl, tenantControl } from '../control/tenant-control.ts';
import { empty, json, type Reply } from '../http/reply.ts';
import { type EmulatorRequest, headerOf, jsonOf } from '../http/request.ts';
import type { Handler, Route } from '../http/route.ts';
import {
  applicationSchema,
  groupSchema,
  personSchema,
  policiesSchema,
  variantsSchema,
} from '../seed-schema.ts';
import { found } from '../control/found.ts';
import { findTenant, type World } from '../world.ts';
import {
  consentOrder,
  faultOrder,
  keyOrder,
  redirectUriOrder,
  revocationOrder,
  tamperOrder,
  timeOrder,
} from './control-body.ts';

/**
 * The controls over HTTP, for tests that run in another process or are written in another language. Only JSON that comes
 * from the emulator's own pages or from no page at all is taken, so that no web page can turn the switches.
 */
type Control = (world: World, body: unknown, tenant: TenantControl) => unknown;

/** Reads the body by a schema, then does it. */
const order =
  <Body>(
    schema: z.ZodType<Body>,
    act: (body: Body, world: World, tenant: TenantControl) => unknown,
  ): Control =>
  (world, body, tenant) =>
    act(schema.parse(body), world, tenant);

const assign =
  <Body extends object>(
    schema: z.ZodType<Body>,
    target: (tenant: TenantControl) => object,
  ): Control =>
  (_world, body, tenant) => ({ ...Object.assign(target(tenant), schema.parse(body)) });

/** What `METHOD path` does; what it gives is the answer. Paths with `:tenant` are about one tenant. */
const CONTROLS: { readonly [methodAndPath: string]: Control } = {
  'GET /api/requests': ({ journal }) => ({ entries: journal.entries }),
  'DELETE /api/requests': ({ journal }) => journal.clear(),
  'POST /api/faults': order(faultOrder, ({ endpoint, fault, times }, { faults }) =>
    faults.next(endpoint, fault, times),
  ),
  'DELETE /api/faults': ({ faults }) => faults.clear(),
  'POST /api/time': order(timeOrder, ({ advanceMs, skewMs }, { time }) => {
    if (skewMs !== undefined) time.skew(skewMs);
    if (advanceMs !== undefined) time.advance(advanceMs);
    return { now: time.now() };
  }),
  'POST /api/keys': order(keyOrder, async ({ action }, { keys }) => {
    const { kid } = await keys[action]();
    return { kid };
  }),
  'PATCH /api/tenants/:tenant/policies': assign(policiesSchema, ({ policies }) => policies),
  'PATCH /api/tenants/:tenant/variants': assign(variantsSchema, ({ variants }) => variants),
  'POST /api/tenants/:tenant/tampering': order(
    tamperOrder,
    ({ name, times, channel }, _world, tenant) =>
      tenant.tampering.on(name, {
        ...(times === undefined ? {} : { times }),
        ...(channel === undefined ? {} : { channel }),
      }),
  ),
  'DELETE /api/tenants/:tenant/tampering': (_world, _body, tenant) => tenant.tampering.off(),
  'POST /api/tenants/:tenant/people': order(personSchema, (seed, _world, { people }) => ({
    oid: people.add(seed).oid,
  })),
  'POST /api/tenants/:tenant/groups': order(groupSchema, (seed, _world, { groups }) => ({
    id: groups.add(seed).id,
  })),
  'POST /api/tenants/:tenant/applications': order(
    applicationSchema,
    (seed, _world, { applications }) => ({
      appId: applications.add(seed).appId,
    }),
  ),
  'POST /api/tenants/:tenant/redirect-uris': order(
    redirectUriOrder,
    ({ application, uri, platform }, _world, { applications }) =>
      applications.addRedirectUri(application, uri, platform),
  ),
  'POST /api/tenants/:tenant/consents': order(
    consentOrder,
    ({ person, application, scopes = [] }, _world, { consents }) =>
      consents.grant(person, application, scopes),
  ),
  'DELETE /api/tenants/:tenant/consents': order(
    consentOrder,
    ({ person, application, scopes }, _world, { consents }) =>
      consents.revoke(person, application, scopes),
  ),
  'POST /api/tenants/:tenant/revocations': order(
    revocationOrder,
    ({ person, reason }, _world, { people }) => people.revokeSessions(person, reason),
  ),
};

const serve =
  (control: Control): Handler =>
  async (world, request, { tenant: name }) => {
    if (!isTrusted(request))
      return json(403, { error: 'Only JSON from the emulator’s own pages is taken.' });
    try {
      const tenants = [...world.tenants.values()];
      const tenant = name === undefined ? tenants[0] : findTenant(world, name);
      const about = tenantControl(world, found(tenant, 'tenant', name ?? ''));
      return answer(await control(world, jsonOf(request), about));
    } catch (error) {
      return refusal(error);
    }
  };

const answer = (result: unknown): Reply => (result === undefined ? empty(204) : json(200, result));

function refusal(error: unknown): Reply {
  if (isEntradaError(error)) return json(404, { error: error.message, code: error.code });
  if (error instanceof Error && 'issues' in error)
    return json(400, { error: 'The body is not as it should be.', issues: error.issues });
  throw error;
}

/** No page of another origin can send JSON without a preflight, which is never answered. */
function isTrusted(request: EmulatorRequest): boolean {
  const site = headerOf(request, 'sec-fetch-site');
  const fromElsewhere = site !== undefined && !['same-origin', 'none'].includes(site);
  const sendsJson = headerOf(request, 'content-type')?.startsWith('application/json') ?? false;
  return !fromElsewhere && (request.body.length === 0 ? request.method !== 'POST' : sendsJson);
}

/** The controls as routes. */
export const CONTROL_ROUTES: readonly Route[] = Object.entries(CONTROLS).map(([key, control]) => {
  const [method = '', path = ''] = key.split(' ');
  return { endpoint: 'portal', methods: [method], path, handle: serve(control) };
});

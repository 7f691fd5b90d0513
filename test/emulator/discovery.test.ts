import test from 'ava';
import { at, startBed } from '../_support/emulator-bed.ts';

const configuration = (segment: string): string =>
  `/${segment}/v2.0/.well-known/openid-configuration`;

test('the configuration has the members of the real one, and none that the real one lacks', async (t) => {
  await using bed = await startBed();
  const { status, body } = await bed.json(configuration(bed.T));
  t.is(status, 200);
  t.deepEqual(body['response_types_supported'], [
    'code',
    'id_token',
    'code id_token',
    'id_token token',
  ]);
  t.deepEqual(body['response_modes_supported'], ['query', 'fragment', 'form_post']);
  t.deepEqual(body['subject_types_supported'], ['pairwise']);
  t.deepEqual(body['id_token_signing_alg_values_supported'], ['RS256']);
  t.is(body['cloud_instance_name'], 'microsoftonline.com');
  t.is(body['msgraph_host'], 'graph.microsoft.com');
  t.is(body['userinfo_endpoint'], 'https://graph.microsoft.com/oidc/userinfo');
  const absent = [
    'code_challenge_methods_supported',
    'grant_types_supported',
    'authorization_response_iss_parameter_supported',
  ];
  t.deepEqual(
    absent.filter((name) => name in body),
    [],
  );
});

test('issuer and endpoints stand under different paths of the login host', async (t) => {
  await using bed = await startBed();
  const { body } = await bed.json(configuration(bed.T));
  t.is(body['issuer'], `${bed.emulator.login}/${bed.T}/v2.0`);
  t.is(body['token_endpoint'], `${bed.emulator.login}/${bed.T}/oauth2/v2.0/token`);
  t.is(body['jwks_uri'], `${bed.emulator.login}/${bed.T}/discovery/v2.0/keys`);
});

test('a verified domain names the tenant, and the document holds its id', async (t) => {
  await using bed = await startBed();
  const { body } = await bed.json(configuration('contoso.onmicrosoft.com'));
  t.is(body['issuer'], bed.tenant.issuer);
});

test('common and organizations print a template instead of a tenant', async (t) => {
  await using bed = await startBed();
  for (const segment of ['common', 'organizations']) {
    const { body } = await bed.json(configuration(segment));
    t.is(body['issuer'], `${bed.emulator.login}/{tenantid}/v2.0`);
    t.is(body['token_endpoint'], `${bed.emulator.login}/${segment}/oauth2/v2.0/token`);
    t.is(body['tenant_region_scope'], null);
  }
});

test('an unknown tenant is refused with AADSTS90002 as JSON', async (t) => {
  await using bed = await startBed();
  const { status, body } = await bed.json(configuration('nobody.example'));
  t.is(status, 400);
  t.is(body['error'], 'invalid_tenant');
  t.deepEqual(body['error_codes'], [90002]);
});

test('documents carry the headers and cookies of the real host', async (t) => {
  await using bed = await startBed();
  const { headers } = await bed.json(configuration(bed.T));
  t.is(headers.get('cache-control'), 'max-age=86400, private');
  t.is(headers.get('content-type'), 'application/json; charset=utf-8');
  t.is(headers.get('access-control-allow-origin'), '*');
  t.is(headers.get('access-control-allow-methods'), 'GET, OPTIONS');
  t.is(headers.get('x-content-type-options'), 'nosniff');
  t.is(headers.get('p3p'), 'CP="DSP CUR OTPi IND OTRi ONL FIN"');
  t.regex(headers.get('strict-transport-security') ?? '', /max-age/);
  t.regex(headers.get('x-ms-request-id') ?? '', /^[0-9a-f-]{36}$/);
  t.regex(headers.get('x-ms-ests-server') ?? '', /ProdSlices$/);
  const names = headers.getSetCookie().map((cookie) => cookie.split('=')[0]);
  t.deepEqual(names, ['fpc', 'esctx', 'x-ms-gateway-slice', 'stsservicecookie']);
  t.true(
    headers
      .getSetCookie()
      .every((cookie) => /secure/i.test(cookie) && /samesite=none/i.test(cookie)),
  );
});

test('each cloud has its own hosts in the document and in the map', async (t) => {
  const hosts = {
    'us-gov': ['graph.microsoft.us', 'contoso.blob.core.usgovcloudapi.net', 'microsoftonline.us'],
    'us-gov-dod': [
      'dod-graph.microsoft.us',
      'contoso.blob.core.usgovcloudapi.net',
      'microsoftonline.us',
    ],
    china: [
      'microsoftgraph.chinacloudapi.cn',
      'contoso.blob.core.chinacloudapi.cn',
      'partner.microsoftonline.cn',
    ],
  } as const;
  for (const [cloud, [graph, blob, instance]] of Object.entries(hosts)) {
    // oxlint-disable-next-line no-await-in-loop -- one cloud after the other
    await using bed = await startBed({}, { cloud: cloud as keyof typeof hosts });
    // oxlint-disable-next-line no-await-in-loop -- as above
    const { body } = await bed.json(configuration(bed.T));
    t.is(body['msgraph_host'], graph);
    t.is(body['cloud_instance_name'], instance);
    t.truthy(bed.emulator.authority.map[`https://${graph}`]);
    t.truthy(bed.emulator.authority.map[`https://${blob}`]);
  }
});

test('instance discovery lists the clouds and the emulator itself', async (t) => {
  await using bed = await startBed();
  const endpoint = encodeURIComponent(`${bed.emulator.login}/${bed.T}/oauth2/v2.0/authorize`);
  const { status, body } = await bed.json(
    `/common/discovery/instance?api-version=1.1&authorization_endpoint=${endpoint}`,
  );
  t.is(status, 200);
  t.is(body['tenant_discovery_endpoint'], `${bed.emulator.login}${configuration(bed.T)}`);
  t.is(body['api-version'], '1.1');
  t.deepEqual(at(body, 'metadata', 1, 'aliases'), [
    'login.microsoftonline.com',
    'login.windows.net',
    'login.microsoft.com',
    'sts.windows.net',
  ]);
});

test('instance discovery refuses what is no address with invalid_instance', async (t) => {
  await using bed = await startBed();
  const { status, body } = await bed.json(
    '/common/discovery/instance?authorization_endpoint=nowhere',
  );
  t.is(status, 400);
  t.is(body['error'], 'invalid_instance');
});

test('a browser may read the documents from another origin', async (t) => {
  await using bed = await startBed();
  const response = await bed.browser.send(configuration(bed.T), { method: 'OPTIONS' });
  t.is(response.status, 200);
  t.is(response.headers.get('access-control-allow-origin'), '*');
});

test('the emulator’s date is that of its clock', async (t) => {
  const clock = (): number => Date.parse('2030-01-02T03:04:05Z');
  await using bed = await startBed({}, { clock });
  const { headers } = await bed.json(configuration(bed.T));
  t.is(headers.get('date'), 'Wed, 02 Jan 2030 03:04:05 GMT');
});

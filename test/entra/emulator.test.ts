import test from 'ava';
import { CONTOSO_APPLICATION_ID, VARIANTS } from '../../src/emulator/index.ts';
import { EntraInteractionError } from '../../src/entra/entra-error.ts';
import { JANE, openSite, withCode } from '../_support/entra-emulator.ts';

const GRAPH = 'https://graph.microsoft.com';
const STORAGE = 'https://storage.azure.com';
const GROUPS = { groupAssociation: 'base-and-azure-groups' } as const;
const CODE = withCode('Files.ReadWrite', `${STORAGE}/user_impersonation`);
const NAMES = ['All Staff', 'Finance'];

test.serial(
  'without api_scopes and groups the tenant is asked for an ID token, and Graph for nothing [14] [80]',
  async (t) => {
    await using site = await openSite();
    const { identity, tokens } = await site.method().signIn();
    t.like(identity, { preferredUsername: JANE, name: 'Jane Roe', groups: null });
    t.deepEqual(tokens, { accessTokens: [], refreshToken: null });
    t.is(site.emulator.journal.count({ endpoint: 'graph' }), 0);
    t.is(site.emulator.journal.count({ endpoint: 'token' }), 0);
  },
);

test.serial(
  'without api_scopes groups are read with the browser’s token, which never leaves [13] [67] [69]',
  async (t) => {
    await using site = await openSite();
    const { identity, tokens } = await site.method(GROUPS).signIn();
    t.deepEqual(identity.groups?.map(({ name }) => name).toSorted(), NAMES);
    t.deepEqual(tokens, { accessTokens: [], refreshToken: null });
  },
);

test.serial(
  'with api_scopes each resource has its token, and groups are read with Graph’s [15] [54] [56]',
  async (t) => {
    await using site = await openSite();
    const { identity, tokens } = await site.method({ ...GROUPS, ...CODE }).signIn();
    t.deepEqual(identity.groups?.map(({ name }) => name).toSorted(), NAMES);
    t.deepEqual(
      tokens.accessTokens.map(({ resource }) => resource),
      [GRAPH, STORAGE],
    );
    t.truthy(tokens.refreshToken);
    t.is(site.emulator.journal.count({ endpoint: 'token' }), 2);
  },
);

test.serial('hybrid signs in with two ID tokens of one person [45] [46]', async (t) => {
  await using site = await openSite();
  const { identity } = await site.method({ ...CODE, flow: 'hybrid' }).signIn();
  t.is(identity.preferredUsername, JANE);
});

test.serial('a token is refreshed for any resource of the grant [60]', async (t) => {
  await using site = await openSite();
  const { entra, signIn } = site.method(CODE);
  const { tokens, identity } = await signIn();
  const refreshToken = tokens.refreshToken;
  if (refreshToken === null) throw new Error('no refresh token came');
  const { accessToken } = await entra.refresh(refreshToken, STORAGE, identity);
  t.is(accessToken.resource, STORAGE);
  t.not(accessToken.token.reveal(), tokens.accessTokens[1]?.token.reveal());
});

test.serial('a session that was revoked at the tenant ends the grant [60]', async (t) => {
  await using site = await openSite();
  const { entra, signIn } = site.method(CODE);
  const { tokens, identity } = await signIn();
  site.emulator.time.advance(60_000);
  site.tenant.people.revokeSessions(JANE);
  const { refreshToken } = tokens;
  if (refreshToken === null) throw new Error('no refresh token came');
  await t.throwsAsync(entra.refresh(refreshToken, STORAGE, identity), {
    code: 'ENTRA_GRANT_REFUSED',
  });
});

/** Every point at which the real service is not known for certain, and that a sign-in can meet. */
const POINTS = [
  'formPostOrder',
  'scopeForm',
  'graphAudience',
  'graphTokenFormat',
  'sessionClaim',
  'implicitGroupLimit',
  'keyInstanceName',
  'refreshTokenReuse',
  'errorTextSeparator',
] as const;

for (const point of POINTS) {
  for (const value of VARIANTS[point].values) {
    test.serial(`sign-in works when ${point} is ${JSON.stringify(value)} [62] [67]`, async (t) => {
      await using site = await openSite();
      Object.assign(site.tenant.variants, { [point]: value });
      for (const config of [{}, GROUPS, CODE, { ...GROUPS, ...CODE }]) {
        const { identity } = await site.method(config).signIn();
        t.is(identity.preferredUsername, JANE);
      }
    });
  }
}

for (const count of [0, 6, 201, 1000, 2500]) {
  test.serial(`${count} more groups are all read [70] [74] [N106] [N119]`, async (t) => {
    await using site = await openSite();
    site.tenant.groups.generate(count, { members: [JANE] });
    const { identity } = await site.method(GROUPS).signIn();
    t.is(identity.groups?.length, NAMES.length + count);
  });
}

test.serial(
  'without consent to read groups their names are hidden, and the sign-in is refused [N105] [N111]',
  async (t) => {
    await using site = await openSite();
    const { entra, visit } = site.method(GROUPS);
    const answer = await visit();
    const parameters = answer.parameters.filter(([name]) => name !== 'scope');
    site.emulator.failNext('graph.memberships', {
      status: 200,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        value: [
          {
            '@odata.type': '#microsoft.graph.group',
            id: '3e800003-cd01-8cef-973f-c396cd875250',
            displayName: null,
          },
        ],
      }),
    });
    await t.throwsAsync(entra.finish({ ...answer, parameters }), { code: 'ENTRA_GROUPS_UNNAMED' });
  },
);

test.serial('a planned roll-over of the keys is not noticed by anybody [8] [N39]', async (t) => {
  await using site = await openSite();
  const { signIn } = site.method();
  await signIn();
  await site.tenant.keys.rotate();
  await t.notThrowsAsync(signIn());
  t.is(site.emulator.journal.count({ endpoint: 'keys' }), 1);
});

test.serial(
  'an emergency roll-over costs one fetch, and tokens of the old key are refused an hour later [8] [N39] [N47]',
  async (t) => {
    await using site = await openSite();
    const { entra, signIn, visit } = site.method();
    await signIn();
    const old = await visit();
    await site.tenant.keys.emergencyRotate();
    await signIn();
    t.is(site.emulator.journal.count({ endpoint: 'keys' }), 2);
    await t.throwsAsync(entra.finish(old), { code: 'ENTRA_TOKEN_KEY' });
  },
);

test.serial('a tenant named by its domain signs the same people in [4] [N130]', async (t) => {
  await using site = await openSite();
  const { identity } = await site.method({ directoryId: 'contoso.onmicrosoft.com' }).signIn();
  t.is(identity.tid, site.tenant.id);
});

for (const [title, aadsts, code] of [
  ['an expired code', 70008, 'ENTRA_GRANT_REFUSED'],
  ['a wrong secret', 7000215, 'ENTRA_CLIENT_REFUSED'],
  ['an expired secret', 7000222, 'ENTRA_CLIENT_REFUSED'],
  ['a second factor', 50076, 'ENTRA_INTERACTION_REQUIRED'],
  ['missing consent', 65001, 'ENTRA_CONSENT_REQUIRED'],
  ['an unknown application', 700016, 'ENTRA_CLIENT_UNAUTHORIZED'],
  ['scopes of two resources', 28000, 'ENTRA_SCOPE_REFUSED'],
  ['an unknown resource', 500011, 'ENTRA_RESOURCE_REFUSED'],
] as const) {
  for (const separator of VARIANTS.errorTextSeparator.values) {
    test.serial(
      `the token endpoint’s ${title} is ${code}, with ${JSON.stringify(separator)} in its text [66] [N90] [N91] [N92] [N94]`,
      async (t) => {
        await using site = await openSite();
        site.tenant.variants.errorTextSeparator = separator;
        site.emulator.failNext('token', aadsts);
        const error = await t.throwsAsync(site.method(CODE).signIn(), { code });
        t.like(error, { aadsts });
        t.is(site.emulator.journal.count({ endpoint: 'token' }), 1);
      },
    );
  }
}

test.serial('a secret that the registration does not have is refused [N91]', async (t) => {
  await using site = await openSite();
  site.tenant.applications.expireSecrets(CONTOSO_APPLICATION_ID);
  const error = await t.throwsAsync(site.method(CODE).signIn(), { code: 'ENTRA_CLIENT_REFUSED' });
  t.like(error, { actor: 'operator' });
});

test.serial('a page that fails twice refuses the sign-in [72] [N110]', async (t) => {
  await using site = await openSite();
  site.emulator.failNext('graph.memberships', { graph: 'serviceNotAvailable', status: 500 }, 2);
  const instantly = { sleep: async () => {} };
  await t.throwsAsync(site.method(GROUPS, instantly).signIn(), { code: 'ENTRA_GRAPH_UNREACHABLE' });
});

test.serial('Graph that throttles is waited for [75] [N122]', async (t) => {
  await using site = await openSite();
  const waits: number[] = [];
  site.emulator.failNext('graph.memberships', {
    graph: 'TooManyRequests',
    status: 429,
    retryAfter: 7,
  });
  await site.method(GROUPS, { sleep: async (ms) => void waits.push(ms) }).signIn();
  t.deepEqual(waits, [7000]);
});

for (const status of [401, 403] as const) {
  test.serial(
    `a claims challenge of Graph with ${status} is met in one more round [19] [76] [N120]`,
    async (t) => {
      await using site = await openSite();
      const claims = { access_token: { acrs: { essential: true, value: 'c1' } } };
      const { entra, visit, signIn } = site.method({ ...GROUPS, ...CODE });
      site.emulator.failNext('graph.memberships', { challenge: claims, status });
      const error = await t.throwsAsync(signIn(), { instanceOf: EntraInteractionError });
      t.deepEqual(error.challenge, { claims });
      const { oid = '', loginHint } = error.person ?? {};
      const second = await entra.finish(
        await visit({ challenge: { claims, oid, loginHint: loginHint ?? '' } }),
      );
      t.true(second.challenged);
      t.is(second.identity.oid, oid);
    },
  );
}

for (const fault of ['resetNext', 'halfCloseNext', 'hangNext'] as const) {
  test.serial(
    `a token endpoint that ends with ${fault} is unreachable, and asked once [11] [66]`,
    async (t) => {
      await using site = await openSite();
      site.emulator[fault]('token');
      const { signIn } = site.method(CODE, { limits: { requestMs: 1500 } });
      await t.throwsAsync(signIn(), { code: 'ENTRA_UNREACHABLE' });
      t.is(site.emulator.journal.count({ endpoint: 'token' }), 1);
    },
  );

  test.serial(`Graph that ends with ${fault} refuses the sign-in [11] [72]`, async (t) => {
    await using site = await openSite();
    // A client may try a read again on a connection that was reset.
    site.emulator[fault]('graph.memberships', 5);
    const { signIn } = site.method(GROUPS, { limits: { requestMs: 1500 } });
    await t.throwsAsync(signIn(), { code: 'ENTRA_GRAPH_UNREACHABLE' });
  });
}

test.serial('keys that trickle in longer than a call may take are none [11] [N46]', async (t) => {
  await using site = await openSite();
  site.emulator.trickleNext('keys', { bytes: 10, pauseMs: 50 });
  const { signIn } = site.method({}, { limits: { requestMs: 1500 } });
  await t.throwsAsync(signIn(), { code: 'ENTRA_UNREACHABLE' });
});

test.serial('somebody who declines is told so, and nobody is asked again [31] [34]', async (t) => {
  await using site = await openSite();
  site.tenant.variants.notAssigned = 'redirect';
  site.tenant.policies.autopilot = 'ulla@contoso.example';
  const error = await t.throwsAsync(site.method().signIn(), { code: 'ENTRA_ACCESS_DENIED' });
  t.like(error, { aadsts: 50105, actor: 'administrator' });
  t.is(site.emulator.journal.count({ endpoint: 'authorize' }), 1);
});

test.serial(
  'implicit tokens that the registration does not allow are told to the administrator [33]',
  async (t) => {
    await using site = await openSite();
    site.tenant.applications.update(CONTOSO_APPLICATION_ID, {
      implicitIdTokens: false,
    });
    for (const refusal of VARIANTS.responseTypeRefusal.values) {
      site.tenant.variants.responseTypeRefusal = refusal;
      const error = await t.throwsAsync(site.method().signIn(), {
        code: 'ENTRA_RESPONSE_TYPE_DISABLED',
      });
      t.like(error, { actor: 'administrator', aadsts: 700054 });
    }
  },
);

test.serial('no request carries Origin or Cookie, and each its id [55] [79] [N100]', async (t) => {
  await using site = await openSite();
  await site.method({ ...GROUPS, ...CODE }).signIn();
  const back = site.emulator.journal.all((entry) => entry.endpoint !== 'authorize');
  t.true(back.length >= 5);
  t.false(
    back.some(
      ({ headerNames }) => headerNames.includes('origin') || headerNames.includes('cookie'),
    ),
  );
  t.true(back.every(({ headers }) => headers['client-request-id'] !== undefined));
});

test.serial('one of several parallel sign-ins does not disturb the others [N86]', async (t) => {
  await using site = await openSite();
  const { signIn } = site.method({ ...GROUPS, ...CODE });
  const all = await Promise.all(Array.from({ length: 10 }, () => signIn()));
  t.is(new Set(all.map(({ correlationId }) => correlationId)).size, 10);
});

import test from 'ava';

import { formsOf } from '../../src/testing/visitor.ts';
import { asked, follow, JANE, nobodyIn, signInAtOnce } from '../_support/rounds.ts';
import { startWorld, writeExtension } from '../_support/world.ts';

const GRAPH = 'https://graph.microsoft.com';
const CLAIMS = { access_token: { acrs: { essential: true, value: 'c1' } } };
const CAPABLE = { access_token: { xms_cc: { values: ['cp1'] } } };

const claimsOf = (parameters: { readonly [name: string]: string } | undefined): unknown =>
  JSON.parse(parameters?.['claims'] ?? 'null');

test('what the token endpoint wants of the person is asked for in one more round, and then they are in [34] [76]', async (t) => {
  const world = await startWorld(t);
  world.emulator.failNext('token', 50076);
  const page = await signInAtOnce(world);
  t.is(page.status, 200);
  t.true(page.html.includes('Signed in as'));
  const [first, second, ...more] = asked(world);
  t.deepEqual(more, []);
  t.deepEqual(claimsOf(first), CAPABLE);
  t.is(second?.['prompt'], 'select_account', 'nobody is known yet');
  t.deepEqual(
    world.records.map(({ outcome }) => outcome),
    ['challenged', 'allowed'],
  );
  t.is(await world.gateway.sessions.count(), 1);
});

test('a token endpoint that wants more again and again is asked twice, then the sign-in is refused [34] [N81]', async (t) => {
  const world = await startWorld(t);
  world.emulator.failNext('token', 50076, 10);
  const page = await signInAtOnce(world);
  t.is(page.status, 403);
  t.is(asked(world).length, 2);
  t.is(world.records.at(-1)?.code, 'ENTRA_INTERACTION_REQUIRED');
  t.true(page.html.includes('Sign in again, and complete the second factor.'));
  await nobodyIn(t, world, page);
});

for (const status of [401, 403] as const) {
  test(`a claims challenge of Graph with ${status} is met by the same person in one round [19] [76] [N120]`, async (t) => {
    const world = await startWorld(t);
    world.emulator.failNext('graph.memberships', { challenge: CLAIMS, status });
    const page = await signInAtOnce(world);
    t.true(page.html.includes('Signed in as'));
    const [, second, ...more] = asked(world);
    t.deepEqual(more, []);
    t.deepEqual(claimsOf(second), {
      access_token: { ...CLAIMS.access_token, ...CAPABLE.access_token },
    });
    t.truthy(second?.['login_hint']);
    t.false('prompt' in (second ?? {}));
  });
}

test('a claims challenge of Graph is met in the implicit flow too, which declares nothing [76]', async (t) => {
  const world = await startWorld(t, { method: { api_scopes: null, password: null } });
  world.emulator.failNext('graph.memberships', { challenge: CLAIMS, status: 401 });
  const page = await signInAtOnce(world);
  t.true(page.html.includes('Signed in as'));
  const [first, second] = asked(world);
  t.is(claimsOf(first), null);
  t.deepEqual(claimsOf(second), CLAIMS);
});

test('Graph that challenges for ever is met once, then the sign-in is refused [76] [N81]', async (t) => {
  const world = await startWorld(t);
  world.emulator.failNext('graph.memberships', { challenge: CLAIMS, status: 401 }, 10);
  const page = await signInAtOnce(world);
  t.is(page.status, 403);
  t.is(asked(world).length, 2);
  t.is(world.records.at(-1)?.code, 'ENTRA_GRAPH_CHALLENGE');
  await nobodyIn(t, world, page);
});

test('missing consent is asked for once, then an administrator is sent where it can be given [34]', async (t) => {
  const world = await startWorld(t);
  world.emulator.failNext('token', 65001, 10);
  const page = await signInAtOnce(world);
  t.is(page.status, 403);
  const [, second, ...more] = asked(world);
  t.is(second?.['prompt'], 'consent');
  t.deepEqual(more, []);
  t.is(world.records.at(-1)?.code, 'ENTRA_CONSENT_REQUIRED');
  t.regex(page.html, /href="https:\/\/login\.localhost[^"]*\/v2\.0\/adminconsent\?/);
  await nobodyIn(t, world, page);
});

test('another account in the second round is refused [N83]', async (t) => {
  const world = await startWorld(t);
  world.emulator.failNext('graph.memberships', { challenge: CLAIMS, status: 401 });
  const visitor = world.visitor();
  world.emulator.tenant().policies.autopilot = JANE;
  const link = `${world.origin}/__chsps__/login?service=/&method=${world.config.authentications[0]?.id}`;
  const first = await visitor.open(link);
  const answer = await visitor.open(first.location ?? '');
  const back = await visitor.submit(answer, formsOf(answer)[0]!);
  world.emulator.tenant().policies.autopilot = 'farid@contoso.example';
  const other = world.visitor();
  const elsewhere = await other.open((back.location ?? '').replace(/&login_hint=[^&]*/, ''));
  const page = await visitor.submit(elsewhere, formsOf(elsewhere)[0]!);
  t.is(page.status, 403);
  t.is(world.records.at(-1)?.code, 'ENTRA_OTHER_PERSON');
  t.true(page.html.includes('Choose another account'));
  await nobodyIn(t, world, page);
});

/** A gate that reads the person's profile, with what it does when that fails. */
const gate = (onError: string): string => `
  import { allow, challenge } from 'entrada/extension';
  export default {
    async decide(signIn, ctx) {
      try {
        const headers = { authorization: \`Bearer \${ctx.token('${GRAPH}')}\` };
        await fetch('${GRAPH}/v1.0/me', { headers });
        return allow();
      } catch (error) { ${onError} }
    },
  };`;

const GRANT = { tokens: [{ resource: GRAPH, allow: ['GET /v1.0/me'] }] };
const MANIFEST = { requests: { tokens: [{ resource: GRAPH, allow: ['GET /v1.0/me'] }] } };

/** Ways in which an extension can answer a challenge of an API. */
const WAYS: readonly (readonly [what: string, onError: string])[] = [
  ['returns it', 'return challenge({ claims: error.cause.claims });'],
  ['passes the error on', 'throw error;'],
  ['passes its cause on', 'throw error.cause;'],
];

for (const [what, onError] of WAYS) {
  test(`an extension whose API challenges, and which ${what}, challenges the sign-in, once [76] [N81]`, async (t) => {
    const source = writeExtension(t, 'profile-gate', gate(onError), MANIFEST);
    const world = await startWorld(t, {
      extensions: [
        {
          source,
          grant: GRANT,
          on_failure: { throw: 'allow', dependency: 'allow' },
          acknowledge_fail_open: true,
        },
      ],
    });
    world.emulator.failNext('graph.me', { challenge: CLAIMS, status: 401 });
    const page = await signInAtOnce(world);
    t.true(page.html.includes('Signed in as'));
    t.deepEqual(claimsOf(asked(world)[1]), {
      access_token: { ...CLAIMS.access_token, ...CAPABLE.access_token },
    });
    const [first] = world.records;
    t.is(first?.outcome, 'challenged');
    t.deepEqual(first?.extensions[0]?.decision, { decision: 'challenge', claims: CLAIMS });
    t.is(first?.extensions[0]?.hostCalls[0]?.code, 'CHALLENGE');
  });
}

test('an extension whose API challenges for ever lets nobody in [76] [N81]', async (t) => {
  const source = writeExtension(t, 'profile-gate', gate('throw error;'), MANIFEST);
  const world = await startWorld(t, { extensions: [{ source, grant: GRANT }] });
  world.emulator.failNext('graph.me', { challenge: CLAIMS, status: 403 }, 10);
  const page = await signInAtOnce(world);
  t.is(asked(world).length, 2);
  t.is(world.records.at(-1)?.code, 'SIGN_IN_CHALLENGE_UNMET');
  await nobodyIn(t, world, page);
});

test('an extension sees what the API wants, and nothing of the answer', async (t) => {
  const onError = `
    console.log(error.name, error.cause.name, error.cause.code, JSON.stringify(error.cause.claims));
    return allow();`;
  const source = writeExtension(t, 'profile-gate', gate(onError), MANIFEST);
  const world = await startWorld(t, { extensions: [{ source, grant: GRANT }] });
  world.emulator.failNext('graph.me', { challenge: CLAIMS, status: 401 });
  await signInAtOnce(world);
  const line = world.lines.find((one) => one.includes('HostError CHALLENGE'));
  t.regex(line ?? '', /TypeError HostError CHALLENGE .*acrs/);
});

test('an enrich whose API challenges sends the person through one more round [76]', async (t) => {
  const code = gate('throw error;')
    .replace('decide(', 'enrich(')
    .replace('return allow();', 'return {};');
  const source = writeExtension(t, 'profile-claims', code, MANIFEST);
  const world = await startWorld(t, { extensions: [{ source, grant: GRANT }] });
  world.emulator.failNext('graph.me', { challenge: CLAIMS, status: 401 });
  const page = await signInAtOnce(world);
  t.true(page.html.includes('Signed in as'));
  t.deepEqual(
    world.records.map(({ outcome }) => outcome),
    ['challenged', 'allowed'],
  );
});

test('a 401 without a challenge is an answer like any other [N120]', async (t) => {
  const code = gate('throw error;').replace('return allow();', 'return allow();');
  const source = writeExtension(t, 'profile-gate', code, MANIFEST);
  const world = await startWorld(t, { extensions: [{ source, grant: GRANT }] });
  world.emulator.failNext('graph.me', { graph: 'InvalidAuthenticationToken', status: 401 });
  const page = await signInAtOnce(world);
  t.true(page.html.includes('Signed in as'));
  t.is(asked(world).length, 1);
});

test('a challenge that an extension makes up itself is met by one more round [76]', async (t) => {
  const source = writeExtension(
    t,
    'step-up',
    `import { allow, challenge } from 'entrada/extension';
     export default {
       decide: (signIn) =>
         signIn.principal.claims.acrs ? allow() : challenge({ claims: ${JSON.stringify({ id_token: { acrs: { essential: true, value: 'c1' } } })} }),
     };`,
  );
  const world = await startWorld(t, { extensions: [{ source }] });
  const page = await signInAtOnce(world);
  t.true(page.html.includes('Signed in as'));
  t.is(asked(world)[1]?.['login_hint'] === undefined, false);
  t.is(asked(world).length, 2);
});

test('a challenge for scopes of another API brings their token [15]', async (t) => {
  const source = writeExtension(
    t,
    'vault-gate',
    `import { allow, challenge } from 'entrada/extension';
     export default {
       decide: (signIn) =>
         signIn.tokens.some(({ resource }) => resource === 'https://storage.azure.com')
           ? allow()
           : challenge({ scopes: ['https://storage.azure.com/user_impersonation'] }),
     };`,
  );
  const world = await startWorld(t, {
    method: { api_scopes: ['https://graph.microsoft.com/User.Read'] },
    extensions: [{ source }],
  });
  const page = await signInAtOnce(world);
  t.true(page.html.includes('Signed in as'));
  t.deepEqual(
    world.records.at(-1)?.tokens.map(({ resource }) => resource),
    [GRAPH, 'https://storage.azure.com'],
  );
});

test('a challenge that the method cannot ask for is a refusal with a record, and leaves no cookie behind [58]', async (t) => {
  const source = writeExtension(
    t,
    'vault-gate',
    `import { challenge } from 'entrada/extension';
     export default { decide: () => challenge({ scopes: ['https://storage.azure.com/user_impersonation'] }) };`,
  );
  const world = await startWorld(t, {
    method: { api_scopes: null, password: null },
    extensions: [{ source }],
  });
  const page = await signInAtOnce(world);
  t.is(page.status, 500);
  t.is(world.records.at(-1)?.code, 'ENTRA_CHALLENGE_IMPOSSIBLE');
  await nobodyIn(t, world, page);
});

test('a page that was left while challenged is begun anew by a person, never by the gateway', async (t) => {
  const world = await startWorld(t);
  world.emulator.failNext('token', 50076, 2);
  const visitor = world.visitor();
  const refused = await signInAtOnce(world, JANE, visitor);
  t.is(refused.status, 403);
  const again = await follow(
    visitor,
    `${world.origin}/__chsps__/login?service=/&method=${world.config.authentications[0]?.id}`,
  );
  t.true(again.html.includes('Signed in as'));
});

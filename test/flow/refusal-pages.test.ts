import test, { type ExecutionContext } from 'ava';

import type { ErrorCode } from '../../src/errors.ts';
import { MENDS } from '../../src/server/pages/sentences.ts';
import { signInByHand } from '../../src/testing/visit.ts';
import type { VisitedPage } from '../../src/testing/visitor.ts';
import {
  answerWithError,
  asked,
  follow,
  JANE,
  nobodyIn,
  signInAtOnce,
} from '../_support/rounds.ts';
import { startWorld, type World } from '../_support/world.ts';

/** Who is told to act, and what the person is told of that; null: what to do is for the log alone. */
interface Told {
  readonly code: ErrorCode;
  readonly actor: keyof typeof MENDS;
  readonly advice: RegExp | null;
}

const told = (code: ErrorCode, actor: Told['actor'], advice: RegExp | null = null): Told => ({
  code,
  actor,
  advice,
});

const CORRELATION = '11111111-2222-4333-8444-555555555555';

/** What Entra answers to the browser: `error` and number. */
const BY_BROWSER: readonly (readonly [error: string, aadsts: number, told: Told])[] = [
  ['access_denied', 50105, told('ENTRA_ACCESS_DENIED', 'administrator', /Assign the person/)],
  ['access_denied', 65004, told('ENTRA_ACCESS_DENIED', 'person', /Accept the permissions/)],
  ['access_denied', 50020, told('ENTRA_ACCESS_DENIED', 'person', /account of this tenant/)],
  ['access_denied', 53003, told('ENTRA_ACCESS_DENIED', 'person', /ask its administrator/)],
  [
    'unsupported_response_type',
    700054,
    told('ENTRA_RESPONSE_TYPE_DISABLED', 'administrator', /ID tokens/),
  ],
  ['invalid_client', 650053, told('ENTRA_CLIENT_REFUSED', 'operator')],
  ['invalid_resource', 650057, told('ENTRA_RESOURCE_REFUSED', 'administrator', /Add the perm/)],
  ['server_error', 90033, told('ENTRA_UNAVAILABLE', 'nobody')],
  ['brand_new', 9_999_999, told('ENTRA_ERROR_UNKNOWN', 'administrator', /correlation id/)],
];

/** What the token endpoint answers: number. */
const AT_TOKEN_ENDPOINT: readonly (readonly [aadsts: number, told: Told])[] = [
  [70008, told('ENTRA_GRANT_REFUSED', 'person', /Sign in again/)],
  [54005, told('ENTRA_GRANT_REFUSED', 'person', /Sign in again/)],
  [501481, told('ENTRA_GRANT_REFUSED', 'person', /in one tab/)],
  [500341, told('ENTRA_GRANT_REFUSED', 'administrator', /account was deleted; restore it/)],
  [50173, told('ENTRA_GRANT_REFUSED', 'person', /ended the earlier sign-in/)],
  [50057, told('ENTRA_GRANT_REFUSED', 'administrator', /enable it in the tenant/)],
  [7000215, told('ENTRA_CLIENT_REFUSED', 'operator')],
  [7000222, told('ENTRA_CLIENT_REFUSED', 'operator')],
  [7000218, told('ENTRA_CLIENT_REFUSED', 'operator')],
  [700027, told('ENTRA_CLIENT_REFUSED', 'operator')],
  [500112, told('ENTRA_CLIENT_REFUSED', 'operator')],
  [700016, told('ENTRA_CLIENT_UNAUTHORIZED', 'operator')],
  [7000112, told('ENTRA_CLIENT_UNAUTHORIZED', 'administrator', /enable it for sign-in/)],
  [900144, told('ENTRA_REQUEST_REFUSED', 'operator')],
  [28000, told('ENTRA_SCOPE_REFUSED', 'operator')],
  [70011, told('ENTRA_SCOPE_REFUSED', 'operator')],
  [500011, told('ENTRA_RESOURCE_REFUSED', 'operator')],
];

/** One refusal: nobody is in, the page says who must act, and the operator finds everything in one line. */
async function check(
  t: ExecutionContext,
  world: World,
  page: VisitedPage,
  { code, actor, advice, aadsts }: Told & { readonly aadsts: number },
): Promise<void> {
  const record = world.records.at(-1);
  t.like(record, { code, actor, aadsts });
  // What the person can do says by itself who has to act.
  if (actor !== 'person' || !advice) {
    t.true(page.html.includes(MENDS[actor].slice(0, 30)), 'who has to act');
  }
  if (advice) t.regex(page.html, advice);
  else t.false(page.html.includes(record?.next ?? 'nothing is advised'), 'not for the person');
  const { correlationId = null, id } = record ?? {};
  t.true(page.html.includes(correlationId ?? 'no correlation id'));
  const line = world.lines.find((one) => one.includes(`"signIn":"${id}"`)) ?? '{}';
  t.like(JSON.parse(line), { code, aadsts, correlationId });
  t.truthy(JSON.parse(line).next, 'what the operator is told to do');
  await nobodyIn(t, world, page);
}

for (const [error, aadsts, expected] of BY_BROWSER) {
  test.serial(
    `${error} with AADSTS${aadsts} gets a page for the ${expected.actor} and a line in the log [31] [34] [88]`,
    async (t) => {
      const world = await startWorld(t, { extensionsOff: true });
      const description = `AADSTS${aadsts}: Text. Trace ID: x Correlation ID: ${CORRELATION} Timestamp: now`;
      const page = await answerWithError(world, error, description);
      t.is(world.records.at(-1)?.correlationId, CORRELATION);
      await check(t, world, page, { ...expected, aadsts });
    },
  );
}

for (const [aadsts, expected] of AT_TOKEN_ENDPOINT) {
  test.serial(
    `AADSTS${aadsts} of the token endpoint gets a page for the ${expected.actor}, a line in the log, and no second try [31] [34] [66] [88] [N90]`,
    async (t) => {
      const world = await startWorld(t, { extensionsOff: true });
      world.emulator.failNext('token', aadsts);
      const page = await signInAtOnce(world);
      t.is(asked(world).length, 1);
      t.is(world.emulator.journal.count({ endpoint: 'token' }), 1);
      await check(t, world, page, { ...expected, aadsts });
    },
  );
}

for (const [what, aadsts] of [
  ['an approval that only an administrator gives', 90094],
  ['an approval that was asked for', 90095],
] as const) {
  test.serial(`${what} leads to the page on which it is given [2] [34]`, async (t) => {
    const world = await startWorld(t, { extensionsOff: true });
    const page = await answerWithError(world, 'access_denied', `AADSTS${aadsts}: Need approval.`);
    t.is(world.records.at(-1)?.actor, 'administrator');
    const href = /href="([^"]*adminconsent[^"]*)"/.exec(page.html)?.[1] ?? '';
    const link = new URL(href.replaceAll('&amp;', '&'));
    const method = world.config.authentications[0]?.id;
    t.is(link.searchParams.get('redirect_uri'), `${world.origin}/?redirect-${method}`);
    t.deepEqual(link.searchParams.get('scope')?.split(' '), [
      'https://graph.microsoft.com/User.Read',
      'https://graph.microsoft.com/GroupMember.Read.All',
      'https://graph.microsoft.com/User.Read.All',
      'https://storage.azure.com/user_impersonation',
    ]);
    await nobodyIn(t, world, page);
  });
}

for (const adminApprovalReturn of ['error_subcode', 'plain'] as const) {
  test.serial(
    `whoever goes back from "Need admin approval" (${adminApprovalReturn}) finds the way to an approval [2] [31]`,
    async (t) => {
      const world = await startWorld(t, { extensionsOff: true });
      const { consents, variants } = world.emulator.tenant();
      consents.clear();
      variants.adminApprovalReturn = adminApprovalReturn;
      const { page } = await signInByHand(world.visitor(), `${world.origin}/`, JANE, 'return');
      t.is(world.records.at(-1)?.code, 'ENTRA_ACCESS_DENIED');
      t.regex(page.html, /href="[^"]*adminconsent/);
      t.regex(page.html, /ask one to give it/);
      await nobodyIn(t, world, page);
    },
  );
}

test.serial('an administrator who approved comes back to a page that says so [2]', async (t) => {
  const world = await startWorld(t, { extensionsOff: true });
  const refused = await answerWithError(world, 'consent_required', 'AADSTS90094: Approval.');
  const second = await answerWithError(world, 'access_denied', 'AADSTS90094: Approval.');
  t.is(refused.status, 303, 'consent is asked for once');
  const href = /href="([^"]*adminconsent[^"]*)"/.exec(second.html)?.[1] ?? '';
  world.emulator.tenant().policies.autopilot = 'adele@contoso.example';
  const page = await follow(world.visitor(), href.replaceAll('&amp;', '&'));
  t.is(page.status, 200);
  t.true(page.html.includes('Back from Microsoft'));
  await nobodyIn(t, world, page);
});

test.serial(
  'names of groups that Graph hides lead to the consent of an administrator [77] [N111]',
  async (t) => {
    const world = await startWorld(t, { extensionsOff: true });
    world.emulator.tenant().tampering.on('names-null');
    const page = await signInAtOnce(world);
    t.is(world.records.at(-1)?.code, 'ENTRA_GROUPS_UNNAMED');
    t.regex(page.html, /adminconsent/);
    t.regex(page.html, /GroupMember\.Read\.All/);
    await nobodyIn(t, world, page);
  },
);

test.serial('a program is told the same as a page says', async (t) => {
  const world = await startWorld(t, { extensionsOff: true });
  const method = world.config.authentications[0]?.id;
  const reply = await world.http({
    method: 'GET',
    url: `${world.origin}/?redirect-${method}&error=access_denied&state=x`,
    headers: { accept: 'application/json' },
    maxBytes: 10_000,
    timeoutMs: 10_000,
  });
  t.is(reply.status, 400);
  t.like(JSON.parse(Buffer.from(reply.body).toString()), {
    code: 'ENTRA_STATE_UNKNOWN',
    actor: 'person',
    advice: 'Sign in again.',
  });
});

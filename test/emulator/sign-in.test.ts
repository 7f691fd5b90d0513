import test from 'ava';
import { type Policies, startEmulator } from '../../src/emulator/index.ts';
import {
  ADELE,
  APP,
  Bed,
  claimsOf,
  EMIL,
  JANE,
  type Outcome,
  outcomeOf,
  REDIRECT,
  startBed,
} from '../_support/emulator-bed.ts';

const title = (outcome: Outcome): string =>
  outcome.kind === 'page' ? outcome.title : outcome.kind;

const errorOf = (outcome: Outcome): string =>
  outcome.kind === 'page'
    ? `page ${outcome.aadsts ?? outcome.title}`
    : `${outcome.fields['error'] ?? 'tokens'} ${/AADSTS(\d+)/.exec(outcome.fields['error_description'] ?? '')?.[1] ?? ''}`.trim();

const GUEST = 'gus@fabrikam.example';

test('the page shows every person as a button, and a field for another account', async (t) => {
  await using bed = await startBed();
  const outcome = await bed.ask();
  if (outcome.kind !== 'page') return t.fail();
  t.is(outcome.title, 'Pick an account');
  const offered = outcome.forms[0]?.buttons.map(([, oid]) => oid);
  t.deepEqual(
    offered,
    bed.tenant.people.all.map(({ oid }) => oid),
  );
  t.regex(outcome.html, /<input type="text" id="login" name="login"/);
});

test('a name may be typed instead of picked', async (t) => {
  await using bed = await startBed();
  const outcome = await bed.ask();
  const form = outcome.kind === 'page' ? outcome.forms[1] : undefined;
  if (form === undefined) return t.fail();
  const next = await outcomeOf(await bed.browser.submit(form, { login: 'JANE@contoso.example' }));
  t.is(title(next), 'Permissions requested');
});

test('who is signed in already is not asked again, and keeps the session id', async (t) => {
  await using bed = await startBed();
  const browser = bed.newBrowser();
  const asked = { response_type: 'id_token', response_mode: 'form_post' };
  const first = await bed.signIn(asked, { browser });
  const second = await bed.ask(asked, browser);
  if (first.kind !== 'answer' || second.kind !== 'answer') return t.fail();
  t.is(claimsOf(second.fields['id_token'])['sid'], claimsOf(first.fields['id_token'])['sid']);
});

test('prompt=select_account always asks, and picking who is signed in is enough', async (t) => {
  await using bed = await startBed();
  const browser = bed.newBrowser();
  await bed.signIn({}, { browser });
  const asked = await bed.ask({ prompt: 'select_account' }, browser);
  t.is(title(asked), 'Pick an account');
  t.true(asked.kind === 'page' && asked.html.includes('Signed in'));
  t.is((await bed.proceed(asked, { browser })).kind, 'answer');
});

test('prompt=login wants a new proof: auth_time moves', async (t) => {
  await using bed = await startBed();
  bed.tenant.applications.update(APP, { optionalIdTokenClaims: ['auth_time'] });
  const browser = bed.newBrowser();
  const asked = { response_type: 'id_token', response_mode: 'form_post' };
  const first = await bed.signIn(asked, { browser });
  bed.emulator.time.advance(60_000);
  const again = await bed.signIn({ ...asked, prompt: 'login' }, { browser });
  if (first.kind !== 'answer' || again.kind !== 'answer') return t.fail();
  const [before, after] = [first, again].map(
    ({ fields }) => claimsOf(fields['id_token'])['auth_time'],
  );
  t.is(Number(after) - Number(before), 60);
});

test('prompt=none answers at once for who is signed in', async (t) => {
  await using bed = await startBed();
  const browser = bed.newBrowser();
  await bed.signIn({}, { browser });
  t.is(errorOf(await bed.ask({ prompt: 'none' }, browser)), 'tokens');
});

test('max_age wants a new proof when the last one is older', async (t) => {
  await using bed = await startBed();
  const browser = bed.newBrowser();
  await bed.signIn({}, { browser });
  t.is((await bed.ask({ max_age: '60' }, browser)).kind, 'answer');
  bed.emulator.time.advance(61_000);
  t.is(title(await bed.ask({ max_age: '60' }, browser)), 'Pick an account');
  t.is(errorOf(await bed.ask({ max_age: '60', prompt: 'none' }, browser)), 'login_required 50058');
});

test('max_age=0 wants a new proof even in the moment of the last one', async (t) => {
  await using bed = await startBed();
  const browser = bed.newBrowser();
  await bed.signIn({}, { browser });
  t.is(errorOf(await bed.ask({ max_age: '0', prompt: 'none' }, browser)), 'login_required 50058');
  t.is((await bed.signIn({ max_age: '0' }, { browser })).kind, 'answer');
});

test('several accounts are told apart by login_hint', async (t) => {
  await using bed = await startBed();
  const browser = bed.newBrowser();
  const asked = { response_type: 'id_token', response_mode: 'form_post' };
  await bed.signIn(asked, { browser, person: JANE });
  await bed.signIn({ ...asked, prompt: 'select_account' }, { browser, person: ADELE });
  t.is(title(await bed.ask(asked, browser)), 'Pick an account');
  const hinted = await bed.ask({ ...asked, login_hint: ADELE }, browser);
  t.is(
    hinted.kind === 'answer' && claimsOf(hinted.fields['id_token'])['preferred_username'],
    ADELE,
  );
});

test('the login_hint claim works as login_hint', async (t) => {
  await using bed = await startBed();
  const browser = bed.newBrowser();
  const asked = { response_type: 'id_token', response_mode: 'form_post' };
  const first = await bed.signIn(asked, { browser, person: JANE });
  if (first.kind !== 'answer') return t.fail();
  const hint = String(claimsOf(first.fields['id_token'])['login_hint']);
  const again = await bed.ask({ ...asked, login_hint: hint }, browser);
  t.is(again.kind, 'answer');
});

test('a login_hint for nobody who is signed in offers that account alone', async (t) => {
  await using bed = await startBed();
  const outcome = await bed.ask({ login_hint: EMIL });
  const { oid } = bed.tenant.people.get(EMIL);
  t.deepEqual(outcome.kind === 'page' && outcome.forms[0]?.buttons, [['account', oid]]);
});

test('a login_hint for nobody here is never answered with somebody else who is signed in', async (t) => {
  await using bed = await startBed();
  const browser = bed.newBrowser();
  await bed.signIn({}, { browser });
  const login_hint = 'nobody@contoso.example';
  t.is(errorOf(await bed.ask({ login_hint, prompt: 'none' }, browser)), 'login_required 50058');
  t.is(title(await bed.ask({ login_hint }, browser)), 'Pick an account');
});

test('select_account is stronger than login_hint', async (t) => {
  await using bed = await startBed();
  const outcome = await bed.ask({ login_hint: EMIL, prompt: 'select_account' });
  t.is(outcome.kind === 'page' && outcome.forms[0]?.buttons.length, bed.tenant.people.all.length);
});

test('domain_hint shuts guests out', async (t) => {
  await using bed = await startBed();
  const outcome = await bed.ask({ domain_hint: 'contoso.example' });
  const { oid } = bed.tenant.people.get(GUEST);
  t.false(outcome.kind === 'page' && outcome.html.includes(oid));
});

test('a disabled person is told so and can pick another account', async (t) => {
  await using bed = await startBed();
  const outcome = await bed.ask();
  const form = outcome.kind === 'page' ? outcome.forms[0] : undefined;
  if (form === undefined) return t.fail();
  const { oid } = bed.tenant.people.get('dora@contoso.example');
  const refused = await outcomeOf(await bed.browser.submit(form, { account: oid }));
  t.is(errorOf(refused), 'page 50057');
  t.is((await bed.proceed(refused, { person: JANE })).kind, 'answer');
});

test('who is disabled after signing in cannot go on silently', async (t) => {
  await using bed = await startBed();
  const browser = bed.newBrowser();
  await bed.signIn({}, { browser });
  bed.tenant.people.update(JANE, { enabled: false });
  t.is(errorOf(await bed.ask({ prompt: 'none' }, browser)), 'interaction_required 50057');
  t.is(errorOf(await bed.ask({}, browser)), 'page 50057');
});

test('who is not assigned sees a page with AADSTS50105', async (t) => {
  await using bed = await startBed();
  const outcome = await bed.signIn({}, { person: 'ulla@contoso.example' });
  t.is(errorOf(outcome), 'page 50105');
});

test('notAssigned may be told to the application instead', async (t) => {
  await using bed = await startBed({ variants: { notAssigned: 'redirect' } });
  const outcome = await bed.signIn({}, { person: 'ulla@contoso.example' });
  t.is(errorOf(outcome), 'access_denied 50105');
});

test('a direct member of an assigned group may sign in, a nested one may not', async (t) => {
  await using bed = await startBed();
  const { id } = bed.tenant.groups.get('All Staff');
  bed.tenant.applications.update(APP, { assigned: [id] });
  t.is((await bed.signIn({}, { person: ADELE })).kind, 'answer');
  t.is(errorOf(await bed.signIn({}, { person: JANE })), 'page 50105');
});

/** Accounts that the tenant does not have. */
const typed = async (name: string, policy: 'redirect' | 'page' = 'redirect'): Promise<Outcome> => {
  await using bed = await startBed({ variants: { foreignAccount: policy } });
  const outcome = await bed.ask();
  const form = outcome.kind === 'page' ? outcome.forms[1] : undefined;
  if (form === undefined) throw new Error('no field for a name');
  return outcomeOf(await bed.browser.submit(form, { login: name }));
};

test('an unknown name of the tenant’s own domain stays on the page with AADSTS50034', async (t) => {
  t.is(errorOf(await typed('nobody@contoso.example')), 'page 50034');
});

test('a foreign account is told to the application with AADSTS50020', async (t) => {
  t.is(errorOf(await typed('someone@elsewhere.example')), 'access_denied 50020');
  t.is(errorOf(await typed('someone@elsewhere.example', 'page')), 'page 50020');
});

test('foreignAccountRefusal chooses the number', async (t) => {
  await using bed = await startBed({ variants: { foreignAccountRefusal: 90072 } });
  const outcome = await bed.ask();
  const form = outcome.kind === 'page' ? outcome.forms[1] : undefined;
  if (form === undefined) return t.fail();
  const answer = await outcomeOf(await bed.browser.submit(form, { login: 'a@elsewhere.example' }));
  t.is(errorOf(answer), 'access_denied 90072');
});

test('a password is asked for where the policy says so', async (t) => {
  await using bed = await startBed({ policies: { askPassword: true } });
  bed.tenant.people.update(JANE, { password: 'correct horse' });
  const picker = await bed.ask();
  const { oid } = bed.tenant.people.get(JANE);
  if (picker.kind !== 'page' || picker.forms[0] === undefined) return t.fail();
  const question = await outcomeOf(await bed.browser.submit(picker.forms[0], { account: oid }));
  t.is(title(question), 'Enter password');
  if (question.kind !== 'page' || question.forms[0] === undefined) return t.fail();
  const wrong = await outcomeOf(await bed.browser.submit(question.forms[0], { passwd: 'battery' }));
  t.is(errorOf(wrong), 'page 50126');
  const right = await outcomeOf(
    await bed.browser.submit(question.forms[0], { passwd: 'correct horse' }),
  );
  t.is(title(right), 'Permissions requested');
});

test('a password is not asked again from who is signed in, but for prompt=login', async (t) => {
  await using bed = await startBed({ policies: { askPassword: true } });
  const browser = bed.newBrowser();
  await bed.signIn({}, { browser });
  bed.tenant.people.update(JANE, { password: 'correct horse' });
  t.is((await bed.signIn({ prompt: 'select_account' }, { browser })).kind, 'answer');
  const { oid } = bed.tenant.people.get(JANE);
  const picker = await bed.ask({ prompt: 'login' }, browser);
  if (picker.kind !== 'page' || picker.forms[0] === undefined) return t.fail();
  t.is(
    title(await outcomeOf(await browser.submit(picker.forms[0], { account: oid }))),
    'Enter password',
  );
});

test('the proof of one account is not that of another who takes over', async (t) => {
  await using bed = await startBed({ policies: { askPassword: true } });
  await bed.signIn({}, { person: ADELE, browser: bed.browser });
  bed.tenant.people.update(ADELE, { password: 'open sesame' });
  const scope = 'openid Directory.Read.All';
  const approval = await bed.proceed(await bed.ask({ scope, prompt: 'login' }), {
    consent: 'stop',
  });
  const submit = async (
    page: Outcome,
    fields: Readonly<Record<string, string>>,
  ): Promise<Outcome> => {
    const form = page.kind === 'page' ? page.forms[0] : undefined;
    if (form === undefined) throw new Error('no form');
    return outcomeOf(await bed.browser.submit(form, fields));
  };
  const picker = await submit(approval, { consent: 'another' });
  const { oid } = bed.tenant.people.get(ADELE);
  t.is(title(await submit(picker, { account: oid })), 'Enter password');
});

test('a second factor is asked for, can be refused, and is remembered', async (t) => {
  await using bed = await startBed({ policies: { secondFactor: 'always' } });
  const browser = bed.newBrowser();
  const denied = await bed.signIn({}, { browser, secondFactor: 'deny' });
  t.is(errorOf(denied), 'page 500121');
  const outcome = await bed.proceed(denied, { browser });
  if (outcome.kind !== 'answer') return t.fail();
  const { body } = await bed.redeem(outcome.fields['code'] ?? '');
  t.deepEqual(claimsOf(body['access_token'])['amr'], ['pwd', 'mfa']);
  t.is((await bed.ask({}, browser)).kind, 'answer');
});

test('a second factor of nobody signs nobody in', async (t) => {
  await using bed = await startBed();
  const picker = await bed.ask();
  const [form] = picker.kind === 'page' ? picker.forms : [];
  if (form === undefined) return t.fail();
  const action = form.action.replace(/[^/]+$/, 'secondfactor');
  const again = await outcomeOf(
    await bed.browser.submit({ ...form, action }, { secondfactor: 'approve' }),
  );
  t.is(title(again), title(picker));
});

test('who has no second factor sets one up first', async (t) => {
  await using bed = await startBed({ policies: { secondFactor: 'always' } });
  bed.tenant.people.update(JANE, { secondFactor: false });
  const stopped = await bed.signIn({}, { secondFactor: 'approve' });
  t.is(title(stopped), 'More information required');
  t.is((await bed.signIn({}, { secondFactor: 'register' })).kind, 'answer');
  t.true(bed.tenant.people.get(JANE).secondFactor);
});

test('the second factor can be for some people only', async (t) => {
  await using bed = await startBed();
  bed.tenant.policies.secondFactor = [bed.tenant.people.get(JANE).oid];
  t.is(title(await bed.signIn({}, { secondFactor: 'stop' })), 'Approve sign in request');
  t.is((await bed.signIn({}, { person: EMIL, secondFactor: 'stop' })).kind, 'answer');
});

test('an authentication context in claims is asked for once and comes in the token', async (t) => {
  await using bed = await startBed();
  const browser = bed.newBrowser();
  const claims = JSON.stringify({ access_token: { acrs: { essential: true, value: 'c1' } } });
  const stopped = await bed.signIn({ claims }, { browser, secondFactor: 'stop' });
  t.is(title(stopped), 'Approve sign in request');
  const outcome = await bed.proceed(stopped, { browser });
  if (outcome.kind !== 'answer') return t.fail();
  const { body } = await bed.redeem(outcome.fields['code'] ?? '');
  t.deepEqual(claimsOf(body['access_token'])['acrs'], ['c1']);
  t.is((await bed.ask({ claims }, browser)).kind, 'answer');
});

test('conditional access blocks with a page, or tells the application', async (t) => {
  await using bed = await startBed({ policies: { blocks: [{ error: 53003 }] } });
  t.is(errorOf(await bed.signIn()), 'page 53003');
  bed.tenant.variants.conditionalAccess = 'redirect';
  t.is(errorOf(await bed.signIn()), 'access_denied 53003');
});

test('a block can be for one person at one application', async (t) => {
  await using bed = await startBed();
  const { oid } = bed.tenant.people.get(EMIL);
  bed.tenant.policies.blocks = [{ error: 53000, people: [oid], applications: [APP] }];
  t.is(errorOf(await bed.signIn({}, { person: EMIL })), 'page 53000');
  t.is((await bed.signIn({}, { person: JANE })).kind, 'answer');
});

test('revoked sessions ask again, although the clock did not move', async (t) => {
  await using bed = await startBed({}, { clock: () => 1_800_000_000_000 });
  const browser = bed.newBrowser();
  await bed.signIn({}, { browser });
  bed.tenant.people.revokeSessions(JANE);
  t.is(errorOf(await bed.ask({ prompt: 'none' }, browser)), 'login_required 50058');
  t.is((await bed.signIn({}, { browser })).kind, 'answer');
  t.is((await bed.ask({ prompt: 'none' }, browser)).kind, 'answer');
});

test('who has the name of somebody who was removed is not signed in', async (t) => {
  await using bed = await startBed();
  const browser = bed.newBrowser();
  await bed.signIn({}, { browser });
  bed.tenant.people.remove(JANE);
  bed.tenant.people.add({ upn: JANE });
  t.is(errorOf(await bed.ask({ prompt: 'none' }, browser)), 'login_required 50058');
});

test('nbf of a claims challenge wants a proof that is newer', async (t) => {
  await using bed = await startBed();
  const browser = bed.newBrowser();
  await bed.signIn({}, { browser });
  bed.emulator.time.advance(60_000);
  const value = String(Math.floor(bed.emulator.time.now() / 1000));
  const claims = JSON.stringify({ access_token: { nbf: { essential: true, value } } });
  t.is(title(await bed.ask({ claims }, browser)), 'Pick an account');
  t.is((await bed.signIn({ claims }, { browser })).kind, 'answer');
});

test('people of every tenant may sign in at common, where the application allows it', async (t) => {
  const contoso = {
    name: 'Contoso',
    people: [{ upn: 'jane@contoso.example' }],
    applications: [
      {
        appId: APP,
        redirectUris: [REDIRECT],
        implicit: { idTokens: true },
        signInAudience: 'AzureADMultipleOrgs' as const,
      },
    ],
  };
  const fabrikam = { name: 'Fabrikam', people: [{ upn: 'finn@fabrikam.example' }] };
  await using bed = new Bed(await startEmulator({ tenants: [contoso, fabrikam] }));
  const query = bed.parameters({
    response_type: 'id_token',
    response_mode: 'form_post',
    scope: 'openid profile',
  });
  const picker = await outcomeOf(
    await bed.browser.send(`/common/oauth2/v2.0/authorize?${query.toString()}`),
  );
  const finn = bed.emulator.tenant('fabrikam.example').people.get('finn@fabrikam.example');
  if (picker.kind !== 'page' || picker.forms[0] === undefined) return t.fail();
  const consent = await outcomeOf(await bed.browser.submit(picker.forms[0], { account: finn.oid }));
  const answer = await bed.proceed(consent);
  if (answer.kind !== 'answer') return t.fail();
  t.is(claimsOf(answer.fields['id_token'])['tid'], bed.emulator.tenant('fabrikam.example').id);
});

test('who has no mailbox is not signed in for want of a name', async (t) => {
  await using bed = await startBed();
  bed.tenant.people.update(JANE, { mail: null });
  t.is(title(await bed.ask()), 'Pick an account');
  const picker = await bed.ask();
  const form = picker.kind === 'page' ? picker.forms[0] : undefined;
  if (form === undefined) return t.fail();
  const unnamed = await outcomeOf(await bed.browser.submit(form, { account: '' }));
  t.is(errorOf(unnamed), 'page 50034');
  t.throws(() => bed.tenant.people.get(''), { code: 'EMULATOR_UNKNOWN' });
});

test('the autopilot signs in and consents without a page', async (t) => {
  const policies: Partial<Policies> = { autopilot: JANE, secondFactor: 'always' };
  await using bed = await startBed({ policies });
  const outcome = await bed.ask({ prompt: 'select_account', scope: 'openid Files.ReadWrite' });
  t.is(errorOf(outcome), 'tokens');
});

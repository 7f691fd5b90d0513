import test from 'ava';
import {
  ADELE,
  APP,
  type Bed,
  EMIL,
  JANE,
  type Outcome,
  outcomeOf,
  REDIRECT,
  startBed,
  STORAGE_SCOPE,
} from '../_support/emulator-bed.ts';

const title = (outcome: Outcome): string =>
  outcome.kind === 'page' ? outcome.title : outcome.kind;

const submit = async (
  bed: Bed,
  outcome: Outcome,
  fields: Readonly<Record<string, string>>,
): Promise<Outcome> => {
  const form = outcome.kind === 'page' ? outcome.forms[0] : undefined;
  if (form === undefined) throw new Error('no form');
  return outcomeOf(await bed.browser.submit(form, fields));
};

/** The consent page of a person, or what came instead. */
const consentPage = (bed: Bed, scope: string, person = JANE): Promise<Outcome> =>
  bed.signIn({ scope }, { person, consent: 'stop', browser: bed.browser });

test('the consent page names every scope with its resource', async (t) => {
  await using bed = await startBed();
  const outcome = await consentPage(bed, `openid User.Read ${STORAGE_SCOPE}`);
  t.is(title(outcome), 'Permissions requested');
  const html = outcome.kind === 'page' ? outcome.html : '';
  t.regex(html, /<code>User\.Read<\/code>, Microsoft Graph/);
  t.regex(html, /<code>user_impersonation<\/code>, Azure Storage/);
  t.regex(html, /Entrada demo/);
});

test('what was consented to is not asked again, anything more is', async (t) => {
  await using bed = await startBed();
  await bed.signIn({ scope: 'openid User.Read' }, { browser: bed.browser });
  t.is((await bed.ask({ scope: 'openid User.Read' })).kind, 'answer');
  t.is(title(await bed.ask({ scope: 'openid User.Read Mail.Read' })), 'Permissions requested');
});

test('who declines sends the application AADSTS65004', async (t) => {
  await using bed = await startBed();
  const outcome = await bed.signIn({}, { consent: 'decline' });
  if (outcome.kind !== 'answer') return t.fail();
  t.is(outcome.fields['error'], 'access_denied');
  t.regex(outcome.fields['error_description'] ?? '', /AADSTS65004/);
});

test('prompt=consent asks although all was consented to', async (t) => {
  await using bed = await startBed();
  await bed.signIn({}, { browser: bed.browser });
  t.is(title(await bed.ask({ prompt: 'consent' })), 'Permissions requested');
});

test('consent can be taken back', async (t) => {
  await using bed = await startBed();
  await bed.signIn({ scope: 'openid User.Read' }, { browser: bed.browser });
  bed.tenant.consents.revoke(JANE, APP, ['User.Read']);
  t.is(title(await bed.ask({ scope: 'openid User.Read' })), 'Permissions requested');
});

test('consent that is taken back to one resource stays for another with a scope of that name', async (t) => {
  await using bed = await startBed();
  const { consents } = bed.tenant;
  const management = 'https://management.azure.com/user_impersonation';
  consents.grant(JANE, APP, ['openid', STORAGE_SCOPE, management]);
  consents.revoke(JANE, APP, [STORAGE_SCOPE]);
  t.is((await consentPage(bed, `openid ${management}`)).kind, 'answer');
  t.is(title(await consentPage(bed, `openid ${STORAGE_SCOPE}`)), 'Permissions requested');
});

test('consent is given and taken back by an application id in any case', async (t) => {
  await using bed = await startBed();
  const { consents } = bed.tenant;
  consents.grant(JANE, APP.toUpperCase(), ['openid', 'Mail.Read']);
  t.is((await consentPage(bed, 'openid Mail.Read')).kind, 'answer');
  consents.revoke(JANE, APP.toUpperCase());
  t.is(title(await consentPage(bed, 'openid Mail.Read')), 'Permissions requested');
});

test('a scope for administrators ends at "Need admin approval" with AADSTS90094', async (t) => {
  await using bed = await startBed();
  const outcome = await consentPage(bed, 'openid Directory.Read.All', EMIL);
  t.is(title(outcome), 'Need admin approval');
  t.is(outcome.kind === 'page' && outcome.aadsts, 90094);
  t.is(bed.emulator.journal.find({ endpoint: 'interaction' })?.error, 'AADSTS90094');
});

test('accepting by force does not give an administrator’s consent', async (t) => {
  await using bed = await startBed();
  const outcome = await consentPage(bed, 'openid Directory.Read.All', EMIL);
  t.is(title(await submit(bed, outcome, { consent: 'accept' })), 'Need admin approval');
});

test('nobody consents for an account whose password was not given', async (t) => {
  await using bed = await startBed({ policies: { askPassword: true } });
  bed.tenant.people.update(ADELE, { password: 'open sesame' });
  const scope = 'openid Directory.Read.All';
  const { oid } = bed.tenant.people.get(ADELE);
  const password = await submit(bed, await bed.ask({ scope }), { account: oid });
  t.is(title(password), 'Enter password');
  const ctx = password.kind === 'page' ? (password.forms[0]?.fields.get('ctx') ?? '') : '';
  const body = new URLSearchParams({ ctx, consent: 'accept', forall: 'yes' }).toString();
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  await bed.browser.send(`/${bed.T}/consent`, { method: 'POST', body, headers });
  t.is(title(await bed.signIn({ scope }, { person: JANE })), 'Need admin approval');
});

test('nobody consents before the second factor', async (t) => {
  await using bed = await startBed({ policies: { secondFactor: 'always' } });
  const page = await bed.signIn({}, { secondFactor: 'stop', browser: bed.browser });
  const ctx = page.kind === 'page' ? (page.forms[0]?.fields.get('ctx') ?? '') : '';
  const body = new URLSearchParams({ ctx, consent: 'accept' }).toString();
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  await bed.browser.send(`/${bed.T}/consent`, { method: 'POST', body, headers });
  t.is(title(await bed.signIn({}, { consent: 'stop' })), 'Permissions requested');
});

test('an answer that the page does not have shows the page again', async (t) => {
  await using bed = await startBed();
  bed.tenant.consents.clear();
  const outcome = await consentPage(bed, 'openid User.Read');
  t.is(title(await submit(bed, outcome, { consent: 'constructor' })), 'Permissions requested');
});

test('the way back from "Need admin approval" carries error_subcode=cancel', async (t) => {
  await using bed = await startBed();
  const outcome = await consentPage(bed, 'openid Directory.Read.All', EMIL);
  const back = await submit(bed, outcome, { consent: 'return' });
  if (back.kind !== 'answer') return t.fail();
  t.is(back.fields['error'], 'access_denied');
  t.is(back.fields['error_subcode'], 'cancel');
});

test('adminApprovalReturn leaves error_subcode out', async (t) => {
  await using bed = await startBed({ variants: { adminApprovalReturn: 'plain' } });
  const back = await submit(bed, await consentPage(bed, 'openid Directory.Read.All', EMIL), {
    consent: 'return',
  });
  t.false(back.kind === 'answer' && 'error_subcode' in back.fields);
});

test('an administrator can take over and consent for all', async (t) => {
  await using bed = await startBed();
  const scope = 'openid Directory.Read.All';
  const picker = await submit(bed, await consentPage(bed, scope, EMIL), { consent: 'another' });
  t.is(title(picker), 'Pick an account');
  const page = await submit(bed, picker, { account: bed.tenant.people.get(ADELE).oid });
  t.true(page.kind === 'page' && page.html.includes('Consent on behalf of your organization'));
  t.is((await submit(bed, page, { consent: 'accept', forall: 'yes' })).kind, 'answer');
  t.is((await bed.signIn({ scope }, { person: EMIL, consent: 'stop' })).kind, 'answer');
});

test('an administrator who does not consent for all consents for one', async (t) => {
  await using bed = await startBed();
  await bed.signIn({ scope: 'openid Mail.Read' }, { person: ADELE });
  t.is(title(await consentPage(bed, 'openid Mail.Read', JANE)), 'Permissions requested');
});

test('the box for all does nothing for a person who is no administrator', async (t) => {
  await using bed = await startBed();
  await submit(bed, await consentPage(bed, 'openid Mail.Read'), {
    consent: 'accept',
    forall: 'yes',
  });
  t.is(
    title(await bed.signIn({ scope: 'openid Mail.Read' }, { person: EMIL, consent: 'stop' })),
    'Permissions requested',
  );
});

test('a tenant that lets nobody consent needs an administrator for everything', async (t) => {
  await using bed = await startBed({ policies: { userConsent: false } });
  t.is(title(await consentPage(bed, 'openid User.Read')), 'Need admin approval');
});

test('with the workflow people can ask for approval, under AADSTS90095', async (t) => {
  await using bed = await startBed({ policies: { adminConsentWorkflow: true } });
  const page = await consentPage(bed, 'openid Directory.Read.All');
  t.is(title(page), 'Approval required');
  t.is(page.kind === 'page' && page.aadsts, 90095);
  const sent = await submit(bed, page, { consent: 'request' });
  t.true(sent.kind === 'page' && sent.html.includes('Your request was sent.'));
});

test('scopes that the emulator does not know can be added', async (t) => {
  await using bed = await startBed({ graphScopes: ['Bookings.Read.All'] });
  t.is((await bed.signIn({ scope: 'openid Bookings.Read.All' })).kind, 'answer');
});

const adminConsent = async (
  bed: Bed,
  changes: Readonly<Record<string, string>> = {},
  path = 'v2.0/adminconsent',
): Promise<Outcome> => {
  const query = new URLSearchParams({
    client_id: APP,
    redirect_uri: REDIRECT,
    state: 'st',
    ...changes,
  });
  return outcomeOf(await bed.browser.send(`/${bed.T}/${path}?${query.toString()}`));
};

test('the admin consent endpoint consents for all and tells the application', async (t) => {
  await using bed = await startBed();
  const picker = await adminConsent(bed, {
    scope: 'https://graph.microsoft.com/Directory.Read.All',
  });
  const page = await submit(bed, picker, { account: bed.tenant.people.get(ADELE).oid });
  t.is(title(page), 'Permissions requested for your organization');
  const done = await submit(bed, page, { consent: 'accept' });
  if (done.kind !== 'answer') return t.fail();
  t.deepEqual(
    [done.fields['admin_consent'], done.fields['tenant'], done.fields['state']],
    ['True', bed.T, 'st'],
  );
  t.is((await bed.signIn({ scope: 'openid Directory.Read.All' }, { person: JANE })).kind, 'answer');
});

test('the older admin consent endpoint consents to the whole registration', async (t) => {
  await using bed = await startBed();
  const picker = await adminConsent(bed, {}, 'adminconsent');
  const page = await submit(bed, picker, { account: bed.tenant.people.get(ADELE).oid });
  await submit(bed, page, { consent: 'accept' });
  const scope = `openid User.Read Files.ReadWrite ${STORAGE_SCOPE}`;
  t.is((await bed.signIn({ scope }, { person: JANE, consent: 'stop' })).kind, 'answer');
});

test('the admin consent endpoint refuses who is no administrator', async (t) => {
  await using bed = await startBed();
  const page = await submit(bed, await adminConsent(bed), {
    account: bed.tenant.people.get(JANE).oid,
  });
  t.is(title(page), 'Need admin approval');
});

test('an administrator who declines sends access_denied back', async (t) => {
  await using bed = await startBed();
  const page = await submit(bed, await adminConsent(bed), {
    account: bed.tenant.people.get(ADELE).oid,
  });
  const back = await submit(bed, page, { consent: 'decline' });
  t.is(back.kind === 'answer' && back.fields['error'], 'access_denied');
});

test('the admin consent endpoint trusts no redirect URI that is not registered', async (t) => {
  await using bed = await startBed();
  const outcome = await adminConsent(bed, { redirect_uri: 'https://evil.example/' });
  t.is(outcome.kind === 'page' && outcome.aadsts, 50011);
});

test('the admin consent endpoint knows no application that is not registered', async (t) => {
  await using bed = await startBed();
  const page = await adminConsent(bed, { client_id: '00000000-0000-4000-8000-000000000000' });
  t.is(page.kind === 'page' && page.aadsts, 700016);
});

test('a scope that does not exist sends the administrator back with an error', async (t) => {
  await using bed = await startBed();
  const back = await adminConsent(bed, { scope: 'https://nowhere.example/.Read' });
  t.is(back.kind, 'answer');
  t.truthy(back.kind === 'answer' && back.fields['error']);
});

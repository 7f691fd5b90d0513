import test from 'ava';
import { startEmulator } from '../../src/emulator/index.ts';
import {
  APP,
  Bed,
  codesOf,
  type Outcome,
  outcomeOf,
  REDIRECT,
  SECRET,
} from '../_support/emulator-bed.ts';
import { keptIdentity } from '../_support/kept-identity.ts';

const FINN = 'finn@fabrikam.example';
const LOGOUT_URL = 'https://gw.example:8443/__chsps__/logout';

/** Contoso's application is open to all tenants; Finn is the administrator of the other one. */
const startTwo = async (): Promise<Bed> =>
  new Bed(
    await startEmulator({
      ...(await keptIdentity()),
      tenants: [
        {
          name: 'Contoso',
          people: [{ upn: 'jane@contoso.example' }],
          applications: [
            {
              appId: APP,
              redirectUris: [REDIRECT],
              logoutUrl: LOGOUT_URL,
              secrets: [SECRET],
              signInAudience: 'AzureADMultipleOrgs',
            },
          ],
        },
        {
          name: 'Fabrikam',
          people: [{ upn: FINN, roles: ['Global Administrator'] }],
          applications: [
            { appId: 'abcdefab-77c1-4f0b-8a43-0c9be51d6f28', redirectUris: ['https://f.example/'] },
          ],
        },
      ],
    }),
  );

/** Answers pages as Finn. */
async function asFinn(bed: Bed, outcome: Outcome): Promise<Outcome> {
  let now = outcome;
  for (const fields of [{ account: finnOf(bed) }, { consent: 'accept' }]) {
    const form = now.kind === 'page' ? now.forms[0] : undefined;
    // oxlint-disable-next-line no-await-in-loop -- one page after the other
    if (form !== undefined) now = await outcomeOf(await bed.browser.submit(form, fields));
  }
  return now;
}

const finnOf = (bed: Bed): string => bed.emulator.tenant('fabrikam.example').people.get(FINN).oid;

const visit = async (bed: Bed, path: string, query: URLSearchParams): Promise<Outcome> =>
  outcomeOf(await bed.browser.send(`${path}?${query.toString()}`));

const signIn = async (bed: Bed): Promise<Outcome> =>
  asFinn(bed, await visit(bed, '/organizations/oauth2/v2.0/authorize', bed.parameters()));

for (const segment of ['organizations', 'fabrikam.example']) {
  test(`signing out at ${segment} ends the session at an application of another tenant, and goes back to it`, async (t) => {
    await using bed = await startTwo();
    t.is((await signIn(bed)).kind, 'answer');
    const way = new URLSearchParams({ post_logout_redirect_uri: REDIRECT });
    const picker = await visit(bed, `/${segment}/oauth2/v2.0/logout`, way);
    const form = picker.kind === 'page' ? picker.forms[0] : undefined;
    if (form === undefined) return t.fail();
    const page = await outcomeOf(await bed.browser.submit(form, { account: finnOf(bed) }));
    const html = page.kind === 'page' ? page.html : '';
    t.is(html.split('<iframe').length, 2);
    t.true(html.includes(`src="${LOGOUT_URL}?sid=`));
    t.true(html.includes(`href="${REDIRECT}"`));
    const silent = await visit(
      bed,
      '/organizations/oauth2/v2.0/authorize',
      bed.parameters({ prompt: 'none' }),
    );
    t.is(silent.kind === 'answer' && silent.fields['error'], 'login_required');
  });
}

test('at organizations an administrator of any tenant consents for their own', async (t) => {
  await using bed = await startTwo();
  const query = new URLSearchParams({
    client_id: APP,
    redirect_uri: REDIRECT,
    scope: 'https://graph.microsoft.com/Directory.Read.All',
  });
  const done = await asFinn(bed, await visit(bed, '/organizations/v2.0/adminconsent', query));
  const fabrikam = bed.emulator.tenant('fabrikam.example');
  t.is(done.kind === 'answer' && done.fields['tenant'], fabrikam.id);
});

test('at common an application is found whatever the case of its id', async (t) => {
  await using bed = await startTwo();
  const ask = (client: string): ReturnType<Bed['token']> =>
    bed.token({ grant_type: 'client_credentials', client_id: client }, {}, 'common');
  const [lower, upper] = [
    'abcdefab-77c1-4f0b-8a43-0c9be51d6f28',
    'ABCDEFAB-77C1-4F0B-8A43-0C9BE51D6F28',
  ];
  t.deepEqual(codesOf(await ask(upper)), codesOf(await ask(lower)));
});

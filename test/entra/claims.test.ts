import test from 'ava';
import {
  CODE,
  createDesk,
  formOf,
  IMPLICIT_GROUPS,
  refusedWith,
  signIn,
  tokenAnswer,
} from '../_support/entra-desk.ts';
import { GRAPH, OTHER_PERSON, PERSON, SUBJECT, TENANT } from '../_support/entra-tokens.ts';
import { ME_URL, TOKEN_URL } from '../_support/scripted-tenant.ts';

const NAMELESS = { claims: { preferred_username: undefined } };

test('the identity is that of the token; the key is tenant and object id, never a name [47]', async (t) => {
  const { identity } = await signIn(createDesk(), { claims: { email: 'jane@contoso.example' } });
  t.deepEqual(identity, {
    tid: TENANT,
    oid: PERSON,
    sub: SUBJECT,
    sid: '0b1c2d3e-4f50-4617-8283-94a5b6c7d8e9',
    preferredUsername: 'Jane.R@contoso.example',
    email: 'jane@contoso.example',
    name: 'Jane Roe',
    claims: {
      email: 'jane@contoso.example',
      name: 'Jane Roe',
      oid: PERSON,
      preferred_username: 'Jane.R@contoso.example',
      sub: SUBJECT,
      tid: TENANT,
    },
    groups: null,
    guest: false,
  });
});

test('sid, email and name may be missing [84]', async (t) => {
  const claims = { sid: undefined, email: undefined, name: undefined };
  const { identity } = await signIn(createDesk(), { claims });
  t.like(identity, { sid: null, email: null, name: null });
});

test('a token without sid is remarked on: signing out at Entra will not reach this session [84]', async (t) => {
  const { remarks } = await signIn(createDesk(), { claims: { sid: undefined } });
  t.deepEqual(
    remarks.map(({ code }) => code),
    ['SID_MISSING'],
  );
});

/** Claims of guests, of members, and of what nobody knows. */
const GUESTS: readonly (readonly [what: string, claims: object, guest: boolean])[] = [
  ['acct 1', { acct: 1 }, true],
  ['acct 0', { acct: 0 }, false],
  ['acct 0 of an external member', { acct: 0, idp: 'https://sts.windows.net/x/' }, false],
  ['an acct that nobody knows', { acct: '0' }, true],
  ['an idp of another tenant', { idp: `https://sts.windows.net/${OTHER_PERSON}/` }, true],
  ['an idp that is no tenant', { idp: 'live.com' }, true],
  ['an idp that is no text', { idp: 7 }, true],
  ['the idp of this tenant', { idp: `https://sts.windows.net/${TENANT}/` }, false],
  ['the issuer as idp', { idp: `https://login.microsoftonline.com/${TENANT}/v2.0` }, false],
  ['neither', {}, false],
];

for (const [what, claims, guest] of GUESTS) {
  test(`${what} is ${guest ? 'a guest' : 'a member'} [50]`, async (t) => {
    const { identity } = await signIn(createDesk(), { claims: { ...claims } });
    t.is(identity.guest, guest);
  });
}

test('a claim of another form than text counts as missing', async (t) => {
  const { identity } = await signIn(createDesk(), { claims: { sid: 7, email: ['x'], name: '' } });
  t.like(identity, { sid: null, email: null, name: null });
});

for (const name of [
  '+1 555 0100',
  'jane_contoso.com#EXT#@fabrikam.example',
  'JANE@CONTOSO.EXAMPLE',
  '../admin',
  'jane@x\u0000',
  '\u202ejane',
  'a'.repeat(5000),
]) {
  test(`the name ${JSON.stringify(name.slice(0, 40))} is handed on as it is: what a username may be is decided later [48] [N65]`, async (t) => {
    const { identity } = await signIn(createDesk(), { claims: { preferred_username: name } });
    t.is(identity.preferredUsername, name);
  });
}

for (const config of [IMPLICIT_GROUPS, CODE]) {
  const kind = config === CODE ? 'by code' : 'by the browser';
  test(`a name that the token lacks is asked of Graph, ${kind} [48] [N65]`, async (t) => {
    const desk = createDesk({ config });
    desk.tenant.on(ME_URL, { json: { id: PERSON, userPrincipalName: 'jane@contoso.example' } });
    desk.tenant.on(TOKEN_URL, async ({ body }) => ({
      json: await tokenAnswer(desk, formOf(body), NAMELESS.claims),
    }));
    const { identity } = await signIn(desk, NAMELESS);
    t.is(identity.preferredUsername, 'jane@contoso.example');
    t.is(desk.tenant.to(ME_URL)[0]?.url, `${GRAPH}/v1.0/me?$select=id,userPrincipalName`);
  });
}

test('a name of another person is refused [48] [N125]', async (t) => {
  const desk = createDesk({ config: IMPLICIT_GROUPS });
  desk.tenant.on(ME_URL, { json: { id: OTHER_PERSON, userPrincipalName: 'x' } });
  await refusedWith(t, desk, 'ENTRA_OTHER_PERSON', signIn(desk, NAMELESS));
});

test('a name that Graph does not know either refuses the sign-in [48] [N65]', async (t) => {
  const desk = createDesk({ config: IMPLICIT_GROUPS });
  desk.tenant.on(ME_URL, { json: { id: PERSON, userPrincipalName: null } });
  await refusedWith(t, desk, 'ENTRA_USERNAME_MISSING', signIn(desk, NAMELESS));
});

test('a name that the token lacks, and no token for Graph, refuses the sign-in [48] [N65]', async (t) => {
  const desk = createDesk();
  await refusedWith(t, desk, 'ENTRA_USERNAME_MISSING', signIn(desk, NAMELESS));
  t.deepEqual(desk.tenant.to(GRAPH), []);
});

test('a name that is no text is none [48]', async (t) => {
  const claims = { preferred_username: ['jane'] };
  const desk = createDesk();
  await refusedWith(t, desk, 'ENTRA_USERNAME_MISSING', signIn(desk, { claims }));
});

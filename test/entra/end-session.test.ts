import test from 'ava';

import { createDesk } from '../_support/entra-desk.ts';

const REQUEST = { logoutHint: 'o.CiQ', state: 'a state' };

test('a session ends where the tenant says, without a token in the URL', async (t) => {
  const { entra } = createDesk();
  const url = new URL((await entra.endSession(REQUEST)) ?? '');
  t.deepEqual(Object.fromEntries(url.searchParams), {
    post_logout_redirect_uri: entra.redirectUri,
    logout_hint: 'o.CiQ',
    state: 'a state',
  });
});

test('where the tenant names no end of a session, there is none', async (t) => {
  const desk = createDesk();
  delete desk.tenant.discovery['end_session_endpoint'];
  t.is(await desk.entra.endSession(REQUEST), null);
});

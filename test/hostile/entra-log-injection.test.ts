import test from 'ava';
import { CODE, createDesk, refusedWith, signIn } from '../_support/entra-desk.ts';
import { TOKEN_URL } from '../_support/scripted-tenant.ts';

const HOSTILE =
  'AADSTS50105: <script>alert(1)</script>\r\n2026-01-01 INFO signed in as admin\u0000\u001b[2J\u202e\u2028' +
  'x '.repeat(50_000);

test('an error description can neither break a line of the log nor fill it [31] [88] [N78]', async (t) => {
  const desk = createDesk();
  const parameters = { error: 'access_denied', error_description: HOSTILE };
  const error = await refusedWith(t, desk, 'ENTRA_ACCESS_DENIED', signIn(desk, { parameters }));
  t.true(error.message.length < 500);
  t.notRegex(error.message, /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
});

test('an error itself is told in a short printable form [31] [N78]', async (t) => {
  const desk = createDesk();
  const parameters = { error: HOSTILE, error_description: undefined };
  const error = await refusedWith(t, desk, 'ENTRA_ERROR_UNKNOWN', signIn(desk, { parameters }));
  t.true(error.message.length < 200);
  t.notRegex(error.message, /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
});

test('a token endpoint that echoes the request makes nothing secret known [88]', async (t) => {
  const desk = createDesk({ config: CODE });
  desk.tenant.on(TOKEN_URL, ({ body }) => {
    const echo = decodeURIComponent(String(body));
    const json = { error: echo, suberror: echo, error_description: echo, claims: echo };
    return { status: 400, json };
  });
  await refusedWith(t, desk, 'ENTRA_ERROR_UNKNOWN', signIn(desk));
});

test('a token response that is broken JSON is not quoted [88]', async (t) => {
  const desk = createDesk({ config: CODE });
  desk.secrets.push('eyJ0eXAi-secret-token');
  const body = '{"access_token":"eyJ0eXAi-secret-token"';
  desk.tenant.on(TOKEN_URL, { body, headers: { 'content-type': 'application/json' } });
  await refusedWith(t, desk, 'ENTRA_ANSWER_REFUSED', signIn(desk));
});

test('an answer whose tokens are no tokens is not quoted [88]', async (t) => {
  const desk = createDesk();
  const parameters = { id_token: '{"password":"hunter2-hunter2"}.x.y' };
  await refusedWith(t, desk, 'ENTRA_TOKEN_MALFORMED', signIn(desk, { parameters }));
});

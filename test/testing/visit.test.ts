import test from 'ava';

import { cannedHttp } from '../../src/testing/canned-http.ts';
import { signInByHand } from '../../src/testing/visit.ts';
import { Visitor } from '../../src/testing/visitor.ts';

const GATEWAY = 'https://gateway.example/';

/** Visits a gateway that sends everybody to a tenant which shows this page. */
function visit(text: string): ReturnType<typeof signInByHand> {
  const location = 'https://tenant.example/authorize';
  const http = cannedHttp({
    [`GET ${GATEWAY}`]: { status: 302, headers: { location } },
    [`GET ${location}`]: { status: 503, text },
  });
  return signInByHand(new Visitor(http), GATEWAY, 'jane@contoso.example');
}

test('a page of the tenant that nobody expected ends the visit, and is named', async (t) => {
  await t.throwsAsync(visit('<title>Out of service</title>'), {
    message: 'the tenant shows a page that nobody expected (status 503): Out of service',
  });
});

test('a page that asks for an account without a form ends the visit', async (t) => {
  await t.throwsAsync(visit('<form></form><input name="login">'), {
    message: 'no form with login on https://tenant.example/authorize',
  });
});

import test from 'ava';
import {
  APP,
  type Bed,
  claimsOf,
  codesOf,
  JANE,
  type Json,
  type Outcome,
  outcomeOf,
  startBed,
} from '../_support/emulator-bed.ts';

const GRANT = 'urn:ietf:params:oauth:grant-type:device_code';

const begin = (
  bed: Bed,
  fields: Readonly<Record<string, string>> = {
    client_id: APP,
    scope: 'openid profile offline_access User.Read',
  },
): Promise<Json> =>
  bed.json(`/${bed.T}/oauth2/v2.0/devicecode`, {
    method: 'POST',
    body: new URLSearchParams(fields).toString(),
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  });

const poll = (bed: Bed, { body }: Json): Promise<Json> =>
  bed.token({
    grant_type: GRANT,
    device_code: String(body['device_code']),
    client_secret: undefined,
  });

async function startPublic(): Promise<Bed> {
  const bed = await startBed();
  bed.tenant.applications.update(APP, { publicClient: true });
  return bed;
}

/** A person types the code. */
const type = async (bed: Bed, { body }: Json): Promise<Outcome> =>
  outcomeOf(
    await bed.browser.send('/common/oauth2/deviceauth', {
      method: 'POST',
      body: new URLSearchParams({ otc: String(body['user_code']).toLowerCase() }).toString(),
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    }),
  );

/** A person types the code and answers every page. */
async function approve(
  bed: Bed,
  device: Json,
  consent: 'accept' | 'decline' = 'accept',
): Promise<string> {
  const outcome = await bed.proceed(await type(bed, device), { consent });
  return outcome.kind === 'page' ? outcome.title : outcome.kind;
}

test('a device gets a code to show, and a page to show it for', async (t) => {
  await using bed = await startPublic();
  const { status, body } = await begin(bed);
  t.is(status, 200);
  t.regex(String(body['user_code']), /^[B-DF-HJ-NP-TV-XZ2-9]{9}$/);
  t.is(body['verification_uri'], `${bed.emulator.login}/common/oauth2/deviceauth`);
  t.deepEqual([body['expires_in'], body['interval']], [900, 5]);
  t.regex(
    await bed.browser.send('/common/oauth2/deviceauth').then((page) => page.text()),
    /name="otc"/,
  );
});

test('polling is pending until the person signed in, then gives tokens once', async (t) => {
  await using bed = await startPublic();
  const device = await begin(bed);
  t.deepEqual(codesOf(await poll(bed, device)), [400, 'authorization_pending', 70016]);
  t.is(await approve(bed, device), 'Signed in');
  const { status, body } = await poll(bed, device);
  t.is(status, 200);
  t.is(claimsOf(body['id_token'])['preferred_username'], JANE);
  t.is(typeof body['refresh_token'], 'string');
  t.deepEqual(codesOf(await poll(bed, device)), [400, 'invalid_request', 7000014]);
});

test('who declines ends the polling', async (t) => {
  await using bed = await startPublic();
  const device = await begin(bed);
  t.is(await approve(bed, device, 'decline'), 'Declined');
  t.is((await poll(bed, device)).body['error'], 'authorization_declined');
});

test('a code that was answered cannot be answered again', async (t) => {
  await using bed = await startPublic();
  const [declined, approved] = [await begin(bed), await begin(bed)];
  await approve(bed, declined, 'decline');
  t.is(await approve(bed, declined), 'Enter code');
  t.is((await poll(bed, declined)).body['error'], 'authorization_declined');
  await approve(bed, approved);
  t.is(await approve(bed, approved, 'decline'), 'Enter code');
  t.is((await poll(bed, approved)).status, 200);
});

test('of two browsers with one code the first that answers counts', async (t) => {
  await using bed = await startPublic();
  const device = await begin(bed);
  const typed = await type(bed, device);
  t.is(await approve(bed, device, 'decline'), 'Declined');
  const late = await bed.proceed(typed);
  t.is(late.kind === 'page' && late.title, 'Enter code');
  t.is((await poll(bed, device)).body['error'], 'authorization_declined');
});

test('a code that expired can neither be typed nor polled', async (t) => {
  await using bed = await startPublic();
  const device = await begin(bed);
  bed.emulator.time.advance(901_000);
  t.is(await approve(bed, device), 'Enter code');
  t.deepEqual(codesOf(await poll(bed, device)), [400, 'expired_token', 70020]);
});

test('a device needs a known client, a scope, and a client that is public', async (t) => {
  await using bed = await startBed();
  t.is((await begin(bed, { client_id: 'nobody', scope: 'openid' })).status, 400);
  t.deepEqual(codesOf(await begin(bed, { client_id: APP })), [400, 'invalid_request', 900144]);
  t.deepEqual(codesOf(await poll(bed, await begin(bed))), [401, 'invalid_client', 7000218]);
  t.deepEqual(codesOf(await bed.token({ grant_type: GRANT })), [400, 'invalid_request', 900144]);
});

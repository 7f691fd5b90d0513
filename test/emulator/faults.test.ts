import { setTimeout as sleep } from 'node:timers/promises';
import test from 'ava';
import { at, codesOf, JANE, outcomeOf, startBed, STORAGE_SCOPE } from '../_support/emulator-bed.ts';

const REFRESH = { grant_type: 'refresh_token', refresh_token: 'x' };

test('the next request gets an AADSTS error, the one after it does not', async (t) => {
  await using bed = await startBed();
  bed.emulator.failNext('token', 90033);
  t.deepEqual(codesOf(await bed.token(REFRESH)), [503, 'temporarily_unavailable', 90033]);
  t.deepEqual(codesOf(await bed.token(REFRESH)), [400, 'invalid_grant', 9002313]);
});

test('a failure can be meant for several requests, and has its own status and Retry-After', async (t) => {
  await using bed = await startBed();
  bed.emulator.failNext('token', { aadsts: 90055, status: 429, retryAfter: 2 }, 2);
  const [first, second, third] = [
    await bed.token(REFRESH),
    await bed.token(REFRESH),
    await bed.token(REFRESH),
  ];
  t.deepEqual([first.status, second.status, third.status], [429, 429, 400]);
  t.is(first.headers.get('retry-after'), '2');
});

test('Retry-After can be a date or nonsense', async (t) => {
  await using bed = await startBed();
  for (const retryAfter of ['Wed, 02 Jan 2030 03:04:05 GMT', 'soon']) {
    bed.emulator.failNext('graph', { graph: 'TooManyRequests', retryAfter });
    // oxlint-disable-next-line no-await-in-loop -- one value after the other
    const { status, headers } = await bed.graph('/v1.0/me', 'x');
    t.deepEqual([status, headers.get('retry-after')], [429, retryAfter]);
  }
});

test('an error at the authorization endpoint is a page', async (t) => {
  await using bed = await startBed();
  bed.emulator.failNext('authorize', 90006);
  const outcome = await bed.ask();
  t.is(outcome.kind === 'page' && outcome.aadsts, 90006);
});

test('a number that is not in the table is an error all the same', async (t) => {
  await using bed = await startBed();
  bed.emulator.failNext('token', 123456);
  t.deepEqual(codesOf(await bed.token(REFRESH)), [400, 'server_error', 123456]);
});

test('Graph and Storage fail in their own words', async (t) => {
  await using bed = await startBed();
  bed.emulator.failNext('graph.me', { graph: 'serviceNotAvailable', message: 'Later.' });
  const graph = await bed.graph('/v1.0/me', 'x');
  t.deepEqual([graph.status, at(graph.body, 'error', 'message')], [503, 'Later.']);
  bed.emulator.failNext('storage', { storage: 'ServerBusy', retryAfter: 3 });
  const storage = await bed.storage('/?comp=list', 'x');
  t.deepEqual(
    [storage.status, storage.headers.get('x-ms-error-code'), storage.headers.get('retry-after')],
    [503, 'ServerBusy', '3'],
  );
});

test('a claims challenge can be asked for', async (t) => {
  await using bed = await startBed();
  const claims = { access_token: { acrs: { essential: true, value: 'c1' } } };
  bed.emulator.failNext('graph', { challenge: claims, status: 403 });
  const { status, headers } = await bed.graph('/v1.0/me', 'x');
  t.is(status, 403);
  t.true(
    headers
      .get('www-authenticate')
      ?.includes(Buffer.from(JSON.stringify(claims)).toString('base64')),
  );
});

test('any answer can be given, to the byte', async (t) => {
  await using bed = await startBed();
  bed.emulator.failNext('keys', {
    status: 302,
    headers: { Location: 'https://elsewhere.example/' },
  });
  bed.emulator.failNext('token', {
    status: 500,
    headers: { 'Content-Type': 'text/html' },
    body: '<h1>Bad</h1>',
  });
  const keys = await bed.browser.send(`/${bed.T}/discovery/v2.0/keys`);
  t.is(keys.headers.get('location'), 'https://elsewhere.example/');
  t.is((await bed.token(REFRESH)).body['text'], '<h1>Bad</h1>');
});

test('headers of an answer are sent once, in whichever case they were given', async (t) => {
  await using bed = await startBed();
  const headers = { date: 'Thu, 01 Jan 1970 00:00:00 GMT', 'transfer-encoding': 'chunked' };
  bed.emulator.failNext('keys', { status: 503, headers, body: 'later' });
  const response = await bed.browser.send(`/${bed.T}/discovery/v2.0/keys`);
  t.is(response.headers.get('date'), headers.date);
  t.is(response.headers.get('content-length'), null);
  t.is(await response.text(), 'later');
});

for (const name of ['Content-Length', 'content-length']) {
  test(`an answer may promise more than it has, by ${name}`, async (t) => {
    await using bed = await startBed();
    const body = 'short';
    bed.emulator.failNext('graph.me', { status: 200, headers: { [name]: '300' }, body });
    const response = await bed.browser.send(`${bed.emulator.graph}/v1.0/me`);
    t.is(response.headers.get('content-length'), '300');
    const text = response.text().catch(() => 'cut off');
    await bed.emulator.close();
    t.is(await text, 'cut off');
  });
}

test('a failure of another service is refused by name', async (t) => {
  await using bed = await startBed();
  bed.emulator.failNext('token', { graph: 'TooManyRequests' });
  t.is((await bed.token(REFRESH)).status, 500);
});

test('a fault waits for its endpoint: one, a whole service, or anything', async (t) => {
  await using bed = await startBed();
  bed.emulator.failNext('graph.manager', { graph: 'serviceNotAvailable' });
  bed.emulator.failNext('login', 90006);
  bed.emulator.failNext('*', { status: 418 });
  t.is((await bed.graph('/v1.0/me', 'x')).status, 418);
  t.is((await bed.json(`/${bed.T}/discovery/v2.0/keys`)).status, 503);
  t.is((await bed.graph('/v1.0/me/manager', 'x')).status, 503);
  t.false(bed.emulator.faults.armed);
});

test('faults can be disarmed', async (t) => {
  await using bed = await startBed();
  bed.emulator.failNext('token', 90033, 5);
  bed.emulator.failNext('keys', 90033, 5);
  bed.emulator.faults.clear('token');
  t.is((await bed.token(REFRESH)).status, 400);
  t.is((await bed.json(`/${bed.T}/discovery/v2.0/keys`)).status, 503);
  bed.emulator.faults.clear();
  t.is((await bed.json(`/${bed.T}/discovery/v2.0/keys`)).status, 200);
});

test('an answer can come late, and then fail', async (t) => {
  await using bed = await startBed();
  bed.emulator.delayNext('token', 150);
  bed.emulator.failNext('token', 90033);
  const started = performance.now();
  t.is((await bed.token(REFRESH)).status, 503);
  t.true(performance.now() - started >= 140);
});

test('an answer can never come, and the emulator still ends', async (t) => {
  await using bed = await startBed();
  bed.emulator.hangNext('token');
  const controller = new AbortController();
  const { signal } = controller;
  const hanging = bed.json(`/${bed.T}/oauth2/v2.0/token`, { method: 'POST', signal });
  // oxlint-disable-next-line no-await-in-loop -- until the request has come in
  while (bed.emulator.journal.count({ endpoint: 'token' }) === 0) await sleep(10);
  controller.abort();
  await t.throwsAsync(hanging, { name: 'AbortError' });
  t.is(bed.emulator.journal.find({ endpoint: 'token' })?.status, null);
});

test('an answer can end in the middle, and a connection be reset', async (t) => {
  await using bed = await startBed();
  bed.emulator.halfCloseNext('keys');
  await t.throwsAsync(bed.json(`/${bed.T}/discovery/v2.0/keys`));
  bed.emulator.resetNext('keys');
  const error = await t.throwsAsync(bed.json(`/${bed.T}/discovery/v2.0/keys`));
  t.like(error.cause, { code: 'ECONNRESET' });
  t.deepEqual(
    bed.emulator.journal.all({ endpoint: 'keys' }).map(({ faults }) => faults),
    [['half-close'], ['reset']],
  );
});

test('an answer can come a few bytes at a time', async (t) => {
  await using bed = await startBed();
  bed.emulator.trickleNext('discovery', { bytes: 400, pauseMs: 30 });
  const started = performance.now();
  const { body } = await bed.json(`/${bed.T}/v2.0/.well-known/openid-configuration`);
  t.is(body['issuer'], bed.tenant.issuer);
  t.true(performance.now() - started > 90);
});

test('the emulator’s time moves tokens, codes and dates, and can be set wrong', async (t) => {
  await using bed = await startBed({}, { clock: () => Date.parse('2030-01-02T03:04:05Z') });
  bed.emulator.time.advance(60_000);
  t.is(bed.emulator.time.now(), Date.parse('2030-01-02T03:05:05Z'));
  bed.emulator.time.skew(-3_600_000);
  const { headers } = await bed.json(`/${bed.T}/discovery/v2.0/keys`);
  t.is(headers.get('date'), 'Wed, 02 Jan 2030 02:04:05 GMT');
});

test('a token from the future is not valid yet at Graph', async (t) => {
  await using bed = await startBed();
  const token = await bed.accessToken('openid User.Read', { person: JANE });
  bed.emulator.time.advance(-600_000);
  t.is((await bed.graph('/v1.0/me', token)).status, 401);
});

test('time that would be no time is refused, and stays as it was', async (t) => {
  await using bed = await startBed();
  const { time } = bed.emulator;
  const before = time.now();
  for (const milliseconds of [Number.NaN, Infinity, 1e300]) {
    t.throws(() => time.advance(milliseconds), { instanceOf: RangeError });
    t.throws(() => time.skew(milliseconds), { instanceOf: RangeError });
  }
  t.is(time.now(), before);
  t.is((await bed.token({})).status, 400);
});

test('a fault for no request meets none', async (t) => {
  await using bed = await startBed();
  bed.emulator.failNext('keys', 90033, 0);
  t.false(bed.emulator.faults.armed);
  t.is((await bed.json(`/${bed.T}/discovery/v2.0/keys`)).status, 200);
});

test('the journal says what each request was, and keeps no secret', async (t) => {
  await using bed = await startBed();
  const { body } = await bed.tokens(`openid offline_access User.Read`);
  await bed.refresh(String(body['refresh_token']), { scope: STORAGE_SCOPE });
  await bed.graph('/v1.0/me?$select=id', String(body['access_token']));
  const { journal } = bed.emulator;
  const token = journal.find({ endpoint: 'token', parameters: { grant_type: 'refresh_token' } });
  t.like(token, {
    service: 'login',
    method: 'POST',
    client: bed.tenant.applications.all[0]?.appId,
    error: 'AADSTS65001',
    status: 400,
  });
  t.true(token?.bodyNames.includes('refresh_token'));
  const me = journal.find({ endpoint: 'graph.me' });
  t.like(me, {
    path: '/v1.0/me',
    queryNames: ['$select'],
    person: bed.tenant.people.get(JANE).oid,
    status: 200,
  });
  t.true(me?.headerNames.includes('authorization'));
  const everything = JSON.stringify(journal.entries);
  for (const secret of [body['access_token'], body['refresh_token'], body['id_token']]) {
    t.false(everything.includes(String(secret)));
  }
});

test('the journal keeps no secret of Storage', async (t) => {
  await using bed = await startBed();
  const headers = {
    'x-ms-copy-source-authorization': 'Bearer SECRET-1',
    'x-ms-encryption-key': 'SECRET-2',
  };
  await bed.storage('/box/a?sv=2023-11-03&sig=SECRET-3', 'SECRET-4', { method: 'PUT', headers });
  const entry = bed.emulator.journal.find({ endpoint: 'storage.blob' });
  t.deepEqual(entry?.queryNames, ['sv', 'sig']);
  t.false(JSON.stringify(entry).includes('SECRET'));
});

test('the journal is counted, searched and cleared', async (t) => {
  await using bed = await startBed();
  await bed.json(`/${bed.T}/discovery/v2.0/keys`);
  await bed.json(`/${bed.T}/nothing/here`);
  const { journal } = bed.emulator;
  t.is(journal.count(), 2);
  t.is(journal.count({ endpoint: 'login' }), 1);
  t.is(journal.count({ status: 404 }), 1);
  t.is(journal.count({ path: /keys$/ }), 1);
  t.is(journal.count({ path: /./g }), 2);
  t.is(journal.count({ path: `/${bed.T}/nothing/here` }), 1);
  t.is(
    journal.count(({ number }) => number === 1),
    1,
  );
  journal.clear();
  t.is(journal.count(), 0);
});

test('the journal can be followed', async (t) => {
  await using bed = await startBed();
  const seen: (string | null)[] = [];
  const stop = bed.emulator.journal.subscribe(({ endpoint }) => seen.push(endpoint));
  await bed.json(`/${bed.T}/discovery/v2.0/keys`);
  stop();
  await bed.json(`/${bed.T}/discovery/v2.0/keys`);
  t.deepEqual(seen, ['keys']);
});

test('a body beyond all limits is refused', async (t) => {
  await using bed = await startBed();
  const body = Buffer.alloc(65 * 1024 * 1024);
  const response = await bed.browser
    .send(`/${bed.T}/oauth2/v2.0/token`, { method: 'POST', body })
    .catch((error: unknown) => error);
  t.true(response instanceof Error || (response as { status: number }).status === 413);
});

test('a method that a path does not have is refused as a page of the login host', async (t) => {
  await using bed = await startBed();
  const outcome = await outcomeOf(
    await bed.browser.send(`/${bed.T}/oauth2/v2.0/authorize`, { method: 'PUT' }),
  );
  t.is(outcome.kind === 'page' && outcome.aadsts, 900561);
});

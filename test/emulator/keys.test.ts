import { createHash } from 'node:crypto';
import test from 'ava';
import { contoso, startEmulator } from '../../src/emulator/index.ts';
import { APP, at, Bed, headerOfToken, JANE, REDIRECT, startBed } from '../_support/emulator-bed.ts';

const keysOf = async (bed: Bed, query = ''): Promise<readonly Record<string, unknown>[]> => {
  const { body } = await bed.json(`/${bed.T}/discovery/v2.0/keys${query}`);
  return Array.isArray(body['keys']) ? body['keys'] : [];
};

const kids = async (bed: Bed, query = ''): Promise<readonly string[]> =>
  (await keysOf(bed, query)).map((key) => String(key['kid']));

const signingKid = async (bed: Bed): Promise<string> => {
  const outcome = await bed.signIn({ response_type: 'id_token', response_mode: 'form_post' });
  return outcome.kind === 'answer' ? String(headerOfToken(outcome.fields['id_token'])['kid']) : '';
};

test('a published key has thumbprint, certificate and issuer, and no alg', async (t) => {
  await using bed = await startBed();
  const [key = {}] = await keysOf(bed);
  t.is(key['kty'], 'RSA');
  t.is(key['use'], 'sig');
  t.is(key['e'], 'AQAB');
  t.is(String(key['kid']).length, 27);
  t.is(key['x5t'], key['kid']);
  t.is(key['issuer'], bed.tenant.issuer);
  t.false('alg' in key);
  const certificate = Buffer.from(String(at(key, 'x5c', 0)), 'base64');
  t.is(key['kid'], createHash('sha1').update(certificate).digest('base64url'));
});

test('an emulator with new keys publishes four, and keys of an earlier start are kept', async (t) => {
  await using first = new Bed(await startEmulator({ tenants: [contoso([REDIRECT])] }));
  const published = await kids(first);
  t.is(published.length, 4);
  const signingKeys = await first.tenant.keys.export();
  await using second = new Bed(
    await startEmulator({ tenants: [contoso([REDIRECT])], signingKeys }),
  );
  t.deepEqual(await kids(second), published);
});

test('a planned roll-over signs with a key that was published before', async (t) => {
  await using bed = await startBed();
  const before = await kids(bed);
  t.deepEqual([await signingKid(bed)], before.slice(0, 1));
  await bed.tenant.keys.rotate();
  t.deepEqual([await signingKid(bed)], before.slice(1, 2));
  t.deepEqual((await kids(bed)).toSorted(), before.toSorted());
});

test('an emergency roll-over signs with a new key and withdraws the others', async (t) => {
  await using bed = await startBed();
  const before = await kids(bed);
  const { kid } = await bed.tenant.keys.emergencyRotate();
  t.is(await signingKid(bed), kid);
  const after = await kids(bed);
  t.true(after.includes(kid));
  t.false(after.some((one) => before.includes(one)));
});

test('keys can be added and withdrawn', async (t) => {
  await using bed = await startBed();
  const [first = ''] = await kids(bed);
  const { kid } = await bed.tenant.keys.add();
  t.is((await kids(bed)).at(-1), kid);
  await bed.tenant.keys.remove(first);
  t.false((await kids(bed)).includes(first));
  t.not(await signingKid(bed), first);
});

test('the key of an application with claims mapping is there before it signed, whatever the case of the id', async (t) => {
  await using bed = await startBed();
  bed.tenant.applications.update(APP, { ownSigningKey: true });
  const before = await kids(bed, `?appid=${APP.toUpperCase()}`);
  t.deepEqual(before, [await signingKid(bed)]);
});

test('an application with claims mapping signs with a key that only ?appid= shows', async (t) => {
  await using bed = await startBed();
  bed.tenant.applications.update(APP, { ownSigningKey: true });
  const kid = await signingKid(bed);
  t.false((await kids(bed)).includes(kid));
  t.deepEqual(await kids(bed, `?appid=${APP}`), [kid]);
});

test('the configuration of an application hands its id on to the keys', async (t) => {
  await using bed = await startBed();
  const { body } = await bed.json(`/${bed.T}/v2.0/.well-known/openid-configuration?appid=${APP}`);
  t.is(body['jwks_uri'], `${bed.emulator.login}/${bed.T}/discovery/v2.0/keys?appid=${APP}`);
});

test('a token signed before a roll-over is still good at Graph', async (t) => {
  await using bed = await startBed();
  const token = await bed.accessToken('openid User.Read', { person: JANE });
  await bed.tenant.keys.emergencyRotate();
  t.is((await bed.graph('/v1.0/me', token)).status, 200);
});

test('the instance name of a key can be left out', async (t) => {
  await using bed = await startBed({}, { variants: { keyInstanceName: false } });
  const [key = {}] = await keysOf(bed);
  t.false('cloud_instance_name' in key);
});

test('a tenant that does not exist has no keys', async (t) => {
  await using bed = await startBed();
  const { status, body } = await bed.json('/nobody.example/discovery/v2.0/keys');
  t.is(status, 400);
  t.deepEqual(body['error_codes'], [90002]);
});

import test from 'ava';
import { contoso } from '../../src/emulator/index.ts';
import {
  at,
  type Bed,
  column,
  EMIL,
  type Json,
  REDIRECT,
  startBed,
} from '../_support/emulator-bed.ts';

const SCOPE = 'openid profile User.Read Files.ReadWrite';
const UNIT = 320 * 1024;

const codeOf = ({ status, body }: Json): string => `${status} ${String(at(body, 'error', 'code'))}`;

const put = (
  bed: Bed,
  token: string,
  path: string,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Json> => bed.graph(`/v1.0/me/drive${path}`, token, { method: 'PUT', body, headers });

/** The loopback address of a public one. */
const local = (bed: Bed, url: unknown): string => {
  const { origin, pathname, search } = new URL(String(url));
  return `${bed.emulator.authority.map[origin] ?? 'https://unmapped.invalid'}${pathname}${search}`;
};

test('a drive has an owner and an empty root', async (t) => {
  await using bed = await startBed();
  const token = await bed.accessToken(SCOPE);
  const drive = await bed.graph('/v1.0/me/drive', token);
  t.is(drive.body['driveType'], 'business');
  t.is(at(drive.body, 'owner', 'user', 'displayName'), 'Jane Roe');
  const root = await bed.graph('/v1.0/me/drive/root', token);
  t.deepEqual(root.body['root'], {});
  t.deepEqual((await bed.graph('/v1.0/me/drive/root/children', token)).body['value'], []);
});

test('a file is put at a path, whose folders are made, and read back by a link without a token', async (t) => {
  await using bed = await startBed();
  const token = await bed.accessToken(SCOPE);
  const created = await put(bed, token, '/root:/Reports/2026/q1.txt:/content', 'numbers', {
    'content-type': 'text/plain',
  });
  t.is(created.status, 201);
  t.is(at(created.body, 'file', 'mimeType'), 'text/plain');
  t.is(created.body['size'], 7);
  t.regex(String(at(created.body, 'parentReference', 'path')), /root:\/Reports\/2026$/);
  const redirect = await bed.graph(
    `/v1.0/me/drive/items/${String(created.body['id'])}/content`,
    token,
  );
  t.is(redirect.status, 302);
  t.true(redirect.headers.get('location')?.startsWith('https://graph.microsoft.com/'));
  const content = await bed.browser.send(local(bed, redirect.headers.get('location')));
  t.is(await content.text(), 'numbers');
});

test('a second write replaces and counts versions; conflicts can be refused or renamed', async (t) => {
  await using bed = await startBed();
  const token = await bed.accessToken(SCOPE);
  await put(bed, token, '/root:/a.txt:/content', 'one');
  const replaced = await put(bed, token, '/root:/A.TXT:/content', 'two');
  t.is(replaced.status, 200);
  t.regex(String(replaced.body['eTag']), /,2"$/);
  const behavior = '?@microsoft.graph.conflictBehavior=';
  t.is(
    codeOf(await put(bed, token, `/root:/a.txt:/content${behavior}fail`, 'x')),
    '409 nameAlreadyExists',
  );
  const renamed = await put(bed, token, `/root:/a.txt:/content${behavior}rename`, 'x');
  t.is(renamed.body['name'], 'a 1.txt');
});

test('a file does not replace a folder, with what is in it', async (t) => {
  await using bed = await startBed();
  const token = await bed.accessToken(SCOPE);
  await put(bed, token, '/root:/dir/a.txt:/content', 'x');
  t.is(codeOf(await put(bed, token, '/root:/dir:/content', 'y')), '409 nameAlreadyExists');
  const { body } = await bed.graph('/v1.0/me/drive/root:/dir', token);
  t.is(at(body, 'folder', 'childCount'), 1);
});

test('folders are made, listed and deleted with what is in them', async (t) => {
  await using bed = await startBed();
  const token = await bed.accessToken(SCOPE);
  const folder = await bed.graph('/v1.0/me/drive/root/children', token, {
    method: 'POST',
    body: JSON.stringify({ name: 'Box', folder: {} }),
  });
  t.is(folder.status, 201);
  await put(bed, token, `/items/${String(folder.body['id'])}:/in.txt:/content`, 'x');
  const children = await bed.graph('/v1.0/me/drive/root:/Box:/children?$select=name', token);
  t.deepEqual(column(children.body, 'name'), ['in.txt']);
  t.is((await bed.graph('/v1.0/me/drive/root:/Box', token, { method: 'DELETE' })).status, 204);
  t.is(codeOf(await bed.graph('/v1.0/me/drive/root:/Box/in.txt', token)), '404 itemNotFound');
});

test('a folder whose name is taken or missing is refused', async (t) => {
  await using bed = await startBed();
  const token = await bed.accessToken(SCOPE);
  const make = (body: object): Promise<Json> =>
    bed.graph('/v1.0/me/drive/root/children', token, {
      method: 'POST',
      body: JSON.stringify(body),
    });
  await make({ name: 'Box', folder: {} });
  t.is(codeOf(await make({ name: 'box', folder: {} })), '409 nameAlreadyExists');
  t.is(codeOf(await make({ folder: {} })), '400 invalidRequest');
});

test('writing needs a scope to write, and a drive is one’s own', async (t) => {
  await using bed = await startBed();
  bed.tenant.consents.clear();
  const reader = await bed.accessToken('openid profile Files.Read');
  t.is((await bed.graph('/v1.0/me/drive/root', reader)).status, 200);
  t.is(
    codeOf(await put(bed, reader, '/root:/a.txt:/content', 'x')),
    '403 Authorization_RequestDenied',
  );
  const emil = await bed.accessToken(SCOPE, { person: EMIL });
  await put(bed, emil, '/root:/emil.txt:/content', 'x');
  t.is(codeOf(await bed.graph('/v1.0/me/drive/root:/emil.txt', reader)), '404 itemNotFound');
});

test('the drive of somebody else needs a scope for all files', async (t) => {
  await using bed = await startBed();
  const emil = await bed.accessToken(SCOPE, { person: EMIL });
  await put(bed, emil, '/root:/emil.txt:/content', 'x');
  const { body: drive } = await bed.graph('/v1.0/me/drive', emil);
  const paths = [`/v1.0/users/${EMIL}/drive`, `/v1.0/drives/${String(drive['id'])}`];
  const mine = await bed.graph(String(paths[1]), emil);
  t.is(mine.status, 200);
  bed.tenant.consents.clear();
  const jane = await bed.accessToken('openid profile Files.ReadWrite');
  for (const path of paths.flatMap((start) => [start, `${start}/root:/emil.txt`])) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    t.is(codeOf(await bed.graph(path, jane)), '403 Authorization_RequestDenied', path);
  }
  const all = await bed.accessToken('openid profile Files.Read.All');
  t.is((await bed.graph(`${String(paths[0])}/root:/emil.txt`, all)).status, 200);
});

test('a drive of another tenant is not there, whatever the scopes', async (t) => {
  const appId = '3d9a4f3e-0000-4000-8000-000000000001';
  const fabrikam = {
    name: 'Fabrikam',
    people: [{ displayName: 'Fay', upn: 'fay@fabrikam.example' }],
    applications: [
      {
        appId,
        secrets: ['s'],
        applicationPermissions: ['https://graph.microsoft.com/Files.Read.All'],
      },
    ],
  };
  await using bed = await startBed({}, { tenants: [contoso([REDIRECT]), fabrikam] });
  const { body } = await bed.token(
    {
      grant_type: 'client_credentials',
      scope: 'https://graph.microsoft.com/.default',
      client_id: appId,
      client_secret: 's',
    },
    {},
    'fabrikam.example',
  );
  const drive = await bed.graph(
    '/v1.0/users/fay@fabrikam.example/drive',
    String(body['access_token']),
  );
  const path = `/v1.0/drives/${String(drive.body['id'])}`;
  t.is((await bed.graph(path, String(body['access_token']))).status, 200);
  const jane = await bed.accessToken('openid profile Files.Read.All');
  t.is(codeOf(await bed.graph(path, jane)), '404 itemNotFound');
});

const open = (
  bed: Bed,
  token: string,
  path = '/root:/big.bin:/createUploadSession',
  item: object = {},
): Promise<Json> =>
  bed.graph(`/v1.0/me/drive${path}`, token, { method: 'POST', body: JSON.stringify({ item }) });

const send = (
  bed: Bed,
  url: unknown,
  body: Buffer,
  range: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Json> =>
  bed.json(local(bed, url), {
    method: 'PUT',
    body,
    headers: { 'content-range': range, ...headers },
  });

test('an upload session takes fragments in order and ends with the item', async (t) => {
  await using bed = await startBed();
  const token = await bed.accessToken(SCOPE);
  const { body: session } = await open(bed, token);
  t.true(String(session['uploadUrl']).startsWith('https://graph.microsoft.com/'));
  t.deepEqual(session['nextExpectedRanges'], ['0-']);
  const total = UNIT + 10;
  const first = await send(
    bed,
    session['uploadUrl'],
    Buffer.alloc(UNIT, 'a'),
    `bytes 0-${UNIT - 1}/${total}`,
  );
  t.is(first.status, 202);
  t.deepEqual(first.body['nextExpectedRanges'], [`${UNIT}-${total - 1}`]);
  const progress = await bed.json(local(bed, session['uploadUrl']));
  t.deepEqual(progress.body['nextExpectedRanges'], [`${UNIT}-${total - 1}`]);
  const last = await send(
    bed,
    session['uploadUrl'],
    Buffer.alloc(10, 'b'),
    `bytes ${UNIT}-${total - 1}/${total}`,
  );
  t.is(last.status, 201);
  t.is(last.body['size'], total);
  const secret = new URL(String(session['uploadUrl'])).searchParams.get('tempauth') ?? '';
  t.false(JSON.stringify(bed.emulator.journal.entries).includes(secret));
  t.is(codeOf(await bed.json(local(bed, session['uploadUrl']))), '404 itemNotFound');
});

test('a fragment out of order, of a wrong size or without a range is refused', async (t) => {
  await using bed = await startBed();
  const { body } = await open(bed, await bed.accessToken(SCOPE));
  const url = body['uploadUrl'];
  t.is(codeOf(await send(bed, url, Buffer.alloc(10), 'bytes 5-14/20')), '416 invalidRange');
  t.is(codeOf(await send(bed, url, Buffer.alloc(10), 'bytes 0-9/20')), '400 invalidRequest');
  t.is(codeOf(await send(bed, url, Buffer.alloc(10), 'bytes 0-14/20')), '400 invalidRequest');
  t.is(codeOf(await send(bed, url, Buffer.alloc(10), 'none')), '400 invalidRequest');
});

test('an Authorization header at the upload URL is refused, or ignored by variant', async (t) => {
  await using bed = await startBed();
  const token = await bed.accessToken(SCOPE);
  const { body } = await open(bed, token);
  const headers = { authorization: `Bearer ${token}` };
  t.is((await send(bed, body['uploadUrl'], Buffer.from('x'), 'bytes 0-0/1', headers)).status, 401);
  bed.tenant.variants.uploadAuthorization = 'ignored';
  t.is((await send(bed, body['uploadUrl'], Buffer.from('x'), 'bytes 0-0/1', headers)).status, 201);
});

test('uploadHost puts the upload URL at the SharePoint host of the tenant', async (t) => {
  await using bed = await startBed({ variants: { uploadHost: 'sharepoint' } });
  const { body } = await open(bed, await bed.accessToken(SCOPE));
  t.true(String(body['uploadUrl']).startsWith('https://contoso-my.sharepoint.com/'));
  t.is((await send(bed, body['uploadUrl'], Buffer.from('x'), 'bytes 0-0/1')).status, 201);
});

test('a session can be cancelled, expires, and respects names that are taken', async (t) => {
  await using bed = await startBed();
  const token = await bed.accessToken(SCOPE);
  const { body: cancelled } = await open(bed, token);
  t.is((await bed.json(local(bed, cancelled['uploadUrl']), { method: 'DELETE' })).status, 204);
  t.is((await bed.json(local(bed, cancelled['uploadUrl']))).status, 404);
  await put(bed, token, '/root:/big.bin:/content', 'x');
  t.is(codeOf(await open(bed, token)), '409 nameAlreadyExists');
  const { body: replacing } = await open(bed, token, undefined, {
    '@microsoft.graph.conflictBehavior': 'replace',
  });
  bed.emulator.time.advance(16 * 86_400_000);
  t.is((await bed.json(local(bed, replacing['uploadUrl']))).status, 404);
});

const ABSENT: readonly (readonly [method: string, path: string, body?: string])[] = [
  ['GET', '/items/none'],
  ['DELETE', '/root:/none.txt'],
  ['GET', '/root:/none:/children'],
  ['POST', '/root:/none:/children', '{"name":"Box","folder":{}}'],
  ['GET', '/root/content'],
  ['GET', '/root:/none.txt:/content'],
  ['PUT', '/items/none:/a.txt:/content', 'x'],
  ['PUT', '/root/content', 'x'],
  ['POST', '/items/none:/a.txt:/createUploadSession', '{}'],
];

for (const [method, path, body] of ABSENT) {
  test(`${method} ${path} is itemNotFound`, async (t) => {
    await using bed = await startBed();
    const init = body === undefined ? { method } : { method, body };
    const reply = await bed.graph(`/v1.0/me/drive${path}`, await bed.accessToken(SCOPE), init);
    t.is(codeOf(reply), '404 itemNotFound');
  });
}

test('a drive that nobody has, an address and an action that no drive has are refused', async (t) => {
  await using bed = await startBed();
  const token = await bed.accessToken(SCOPE);
  t.is(codeOf(await bed.graph('/v1.0/drives/none/root', token)), '404 itemNotFound');
  t.is(codeOf(await bed.graph('/v1.0/me/drive/bundles', token)), '400 invalidRequest');
  t.is(codeOf(await put(bed, token, '/root/children', 'x')), '400 invalidRequest');
});

test('a name that is taken while a file is uploaded is refused at the end', async (t) => {
  await using bed = await startBed();
  const token = await bed.accessToken(SCOPE);
  const { body } = await open(bed, token);
  await put(bed, token, '/root:/big.bin:/content', 'x');
  const reply = await send(bed, body['uploadUrl'], Buffer.from('y'), 'bytes 0-0/1');
  t.is(codeOf(reply), '409 nameAlreadyExists');
});

test('a link to read a file works as long as the file is there', async (t) => {
  await using bed = await startBed();
  const token = await bed.accessToken(SCOPE);
  const { body } = await put(bed, token, '/root:/a.txt:/content', 'x');
  const link = local(bed, body['@microsoft.graph.downloadUrl']);
  t.is((await bed.json(link)).status, 200);
  t.is(codeOf(await bed.json(`${link}x`)), '404 itemNotFound');
});

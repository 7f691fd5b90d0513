import { createHash } from 'node:crypto';
import test from 'ava';
import { APP, type Bed, EMIL, JANE, startBed, STORAGE_SCOPE } from '../_support/emulator-bed.ts';

interface Answer {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  readonly text: string;
}

type Init = Parameters<Bed['storage']>[2] & object;

/** A caller of the Blob service. */
const client =
  (bed: Bed, token: string) =>
  async (method: string, path: string, init: Init = {}): Promise<Answer> => {
    const response = await bed.storage(path, token, { method, ...init });
    return { status: response.status, headers: response.headers, text: await response.text() };
  };

const storageToken = (bed: Bed, person = JANE): Promise<string> =>
  bed.accessToken(`openid ${STORAGE_SCOPE}`, { person });

const BLOCK = { 'x-ms-blob-type': 'BlockBlob' };

test('a container is created once, then it exists', async (t) => {
  await using bed = await startBed();
  const ask = client(bed, await storageToken(bed));
  t.is((await ask('GET', '/people?restype=container')).status, 404);
  const created = await ask('PUT', '/people?restype=container', {
    headers: { 'x-ms-meta-owner': 'jane' },
  });
  t.is(created.status, 201);
  t.regex(created.headers.get('etag') ?? '', /^"0x8D[0-9A-F]+"$/);
  t.is(
    (await ask('PUT', '/people?restype=container')).headers.get('x-ms-error-code'),
    'ContainerAlreadyExists',
  );
  const found = await ask('GET', '/people?restype=container');
  t.is(found.status, 200);
  t.is(found.headers.get('x-ms-meta-owner'), 'jane');
  t.is((await ask('HEAD', '/people?restype=container')).status, 200);
  t.true(bed.tenant.storage('contoso').containers.has('people'));
});

test('an error is an XML document, with its code in a header', async (t) => {
  await using bed = await startBed();
  const reply = await client(bed, await storageToken(bed))('GET', '/none?restype=container');
  t.is(reply.status, 404);
  t.is(reply.headers.get('content-type'), 'application/xml');
  t.is(reply.headers.get('x-ms-error-code'), 'ContainerNotFound');
  t.regex(
    reply.text,
    /<\?xml version="1\.0" encoding="utf-8"\?><Error><Code>ContainerNotFound<\/Code><Message>[^<]+RequestId:[0-9a-f-]{36}\nTime:[^<]+<\/Message><\/Error>$/,
  );
});

test('answers carry version and ids', async (t) => {
  await using bed = await startBed();
  const ask = client(bed, await storageToken(bed));
  const reply = await ask('GET', '/?comp=list', { headers: { 'x-ms-client-request-id': 'mine' } });
  t.is(reply.headers.get('x-ms-version'), '2023-11-03');
  t.is(reply.headers.get('x-ms-client-request-id'), 'mine');
  t.regex(reply.headers.get('x-ms-request-id') ?? '', /^[0-9a-f-]{36}$/);
});

for (const name of ['ab', 'Upper', 'two--hyphens', '-begins', 'x'.repeat(64)]) {
  test(`a container cannot be called ${name}`, async (t) => {
    await using bed = await startBed();
    const reply = await client(bed, await storageToken(bed))('PUT', `/${name}?restype=container`);
    t.is(reply.headers.get('x-ms-error-code'), 'InvalidResourceName');
  });
}

test('a blob is put and read back with its headers', async (t) => {
  await using bed = await startBed();
  const ask = client(bed, await storageToken(bed));
  await ask('PUT', '/files?restype=container');
  const headers = {
    ...BLOCK,
    'content-type': 'text/plain',
    'x-ms-meta-a': 'b',
    'x-ms-blob-cache-control': 'no-cache',
  };
  const put = await ask('PUT', '/files/a/b%20c.txt', { headers, body: 'hello' });
  t.is(put.status, 201);
  t.is(put.headers.get('content-md5'), createHash('md5').update('hello').digest('base64'));
  const got = await ask('GET', '/files/a/b%20c.txt');
  t.is(got.text, 'hello');
  t.is(got.headers.get('content-type'), 'text/plain');
  t.is(got.headers.get('cache-control'), 'no-cache');
  t.is(got.headers.get('x-ms-meta-a'), 'b');
  t.is(got.headers.get('x-ms-blob-type'), 'BlockBlob');
  t.is(got.headers.get('etag'), put.headers.get('etag'));
});

test('a blob needs a container and a type that is served', async (t) => {
  await using bed = await startBed();
  const ask = client(bed, await storageToken(bed));
  const code = async (path: string, headers: Record<string, string>): Promise<string | null> =>
    (await ask('PUT', path, { headers, body: 'x' })).headers.get('x-ms-error-code');
  t.is(await code('/none/a', BLOCK), 'ContainerNotFound');
  await ask('PUT', '/files?restype=container');
  t.is(await code('/files/a', {}), 'MissingRequiredHeader');
  t.is(await code('/files/a', { 'x-ms-blob-type': 'PageBlob' }), 'InvalidHeaderValue');
  t.is(await code('/files/a', { ...BLOCK, 'content-md5': 'AAAA' }), 'Md5Mismatch');
  t.is((await ask('GET', '/files/none')).headers.get('x-ms-error-code'), 'BlobNotFound');
});

test('ranges are cut, and one beyond the end is 416', async (t) => {
  await using bed = await startBed();
  const ask = client(bed, await storageToken(bed));
  await ask('PUT', '/files?restype=container');
  await ask('PUT', '/files/a', { headers: BLOCK, body: 'hello' });
  const part = await ask('GET', '/files/a', { headers: { range: 'bytes=1-2' } });
  t.deepEqual(
    [part.status, part.text, part.headers.get('content-range')],
    [206, 'el', 'bytes 1-2/5'],
  );
  t.is(part.headers.get('content-md5'), null, 'that would be of the part');
  t.is(part.headers.get('x-ms-blob-content-md5'), 'XUFAKrxLKna5cZ2REBfFkg==');
  const open = await ask('GET', '/files/a', { headers: { 'x-ms-range': 'bytes=3-' } });
  t.is(open.text, 'lo');
  t.is((await ask('GET', '/files/a', { headers: { range: 'bytes=9-' } })).status, 416);
});

test('conditions keep what is there', async (t) => {
  await using bed = await startBed();
  const ask = client(bed, await storageToken(bed));
  await ask('PUT', '/files?restype=container');
  const put = (more: Record<string, string>): Promise<Answer> =>
    ask('PUT', '/files/a', { headers: { ...BLOCK, ...more }, body: 'x' });
  t.is((await put({ 'if-match': '*' })).status, 412);
  const etag = (await put({ 'if-none-match': '*' })).headers.get('etag') ?? '';
  t.is((await put({ 'if-none-match': '*' })).headers.get('x-ms-error-code'), 'BlobAlreadyExists');
  t.is((await put({ 'if-match': '"other"' })).status, 412);
  t.is((await ask('GET', '/files/a', { headers: { 'if-none-match': etag } })).status, 304);
  t.is((await ask('GET', '/files/a', { headers: { 'if-match': '"other"' } })).status, 412);
  t.is((await put({ 'if-match': etag })).status, 201);
});

test('a blob can be made of blocks', async (t) => {
  await using bed = await startBed();
  const ask = client(bed, await storageToken(bed));
  await ask('PUT', '/files?restype=container');
  const [one, two] = ['AAAA', 'BBBB'];
  await ask('PUT', `/files/big?comp=block&blockid=${one}`, { body: 'first ' });
  await ask('PUT', `/files/big?comp=block&blockid=${two}`, { body: 'second' });
  const list = (...ids: readonly string[]): string =>
    `<?xml version="1.0"?><BlockList>${ids.map((id) => `<Latest>${id}</Latest>`).join('')}</BlockList>`;
  t.is(
    (await ask('PUT', '/files/big?comp=blocklist', { body: list(one, 'CCCC') })).headers.get(
      'x-ms-error-code',
    ),
    'InvalidBlockList',
  );
  t.is((await ask('PUT', '/files/big?comp=blocklist', { body: list(one, two) })).status, 201);
  t.is((await ask('GET', '/files/big')).text, 'first second');
});

test('a list of blocks may name those that the blob has already, and says nothing of its type', async (t) => {
  await using bed = await startBed();
  const ask = client(bed, await storageToken(bed));
  await ask('PUT', '/files?restype=container');
  const commit = (blocks: string): Promise<Answer> =>
    ask('PUT', '/files/log?comp=blocklist', {
      headers: { 'content-type': 'application/xml' },
      body: `<?xml version="1.0"?><BlockList>${blocks}</BlockList>`,
    });
  await ask('PUT', '/files/log?comp=block&blockid=AAAA', { body: 'first ' });
  t.is((await commit('<Latest>AAAA</Latest>')).status, 201);
  await ask('PUT', '/files/log?comp=block&blockid=BBBB', { body: 'second' });
  const wrong = await commit('<Uncommitted>AAAA</Uncommitted>');
  t.is(wrong.headers.get('x-ms-error-code'), 'InvalidBlockList');
  t.is((await commit('<Committed>AAAA</Committed><Latest>BBBB</Latest>')).status, 201);
  const log = await ask('GET', '/files/log');
  t.is(log.text, 'first second');
  t.is(log.headers.get('content-type'), 'application/octet-stream');
});

test('a blob is deleted only where the condition holds', async (t) => {
  await using bed = await startBed();
  const ask = client(bed, await storageToken(bed));
  await ask('PUT', '/files?restype=container');
  const { headers } = await ask('PUT', '/files/a', { headers: BLOCK, body: 'x' });
  const drop = (etag: string): Promise<Answer> =>
    ask('DELETE', '/files/a', { headers: { 'if-match': etag } });
  t.is((await drop('"other"')).headers.get('x-ms-error-code'), 'ConditionNotMet');
  t.is((await drop(headers.get('etag') ?? '')).status, 202);
});

test('blobs and containers are listed with prefix, delimiter and marker', async (t) => {
  await using bed = await startBed();
  const ask = client(bed, await storageToken(bed));
  await ask('PUT', '/files?restype=container');
  for (const name of ['a/1', 'a/2', 'b', 'c'])
    await ask('PUT', `/files/${name}`, { headers: BLOCK, body: 'x' });
  const names = async (query: string): Promise<readonly string[]> =>
    [
      ...(await ask('GET', `/files?restype=container&comp=list${query}`)).text.matchAll(
        /<Name>([^<]+)</g,
      ),
    ].map(([, name]) => name ?? '');
  t.deepEqual(await names(''), ['a/1', 'a/2', 'b', 'c']);
  t.deepEqual(await names('&prefix=a/'), ['a/1', 'a/2']);
  t.deepEqual(await names('&delimiter=/'), ['a/', 'b', 'c']);
  t.deepEqual(await names('&maxresults=2'), ['a/1', 'a/2']);
  t.deepEqual(await names('&marker=a/2'), ['b', 'c']);
  t.regex((await ask('GET', '/?comp=list')).text, /<Containers><Container><Name>files</);
});

test('deleting is 202 once', async (t) => {
  await using bed = await startBed();
  const ask = client(bed, await storageToken(bed));
  await ask('PUT', '/files?restype=container');
  await ask('PUT', '/files/a', { headers: BLOCK, body: 'x' });
  t.is((await ask('DELETE', '/files/a')).status, 202);
  t.is((await ask('DELETE', '/files/a')).status, 404);
  t.is((await ask('DELETE', '/files?restype=container')).status, 202);
});

test('no token and a wrong one are 401, with where to get one', async (t) => {
  await using bed = await startBed();
  const origin = bed.emulator.authority.map['https://contoso.blob.core.windows.net'] ?? '';
  const none = await bed.browser.send(`${origin}/files?restype=container`, {
    headers: { 'x-ms-version': '2023-11-03' },
  });
  t.is(none.headers.get('x-ms-error-code'), 'NoAuthenticationInformation');
  t.regex(
    none.headers.get('www-authenticate') ?? '',
    /^Bearer authorization_uri=https:.+ resource_id=https:\/\/storage\.azure\.com$/,
  );
  const graph = await client(bed, await bed.accessToken('openid User.Read'))(
    'GET',
    '/files?restype=container',
  );
  t.is(graph.status, 401);
  t.regex(graph.text, /Audience validation failed/);
  t.regex((await client(bed, 'garbage')('GET', '/?comp=list')).text, /Signature validation failed/);
});

test('an expired token is 401', async (t) => {
  await using bed = await startBed();
  const token = await storageToken(bed);
  bed.emulator.time.advance(5_400_000);
  const reply = await client(bed, token)('GET', '/?comp=list');
  t.is(reply.status, 401);
  t.regex(reply.text, /The token is expired/);
});

test('a token for the account itself is good too', async (t) => {
  await using bed = await startBed();
  const token = await bed.accessToken(
    'openid https://contoso.blob.core.windows.net/user_impersonation',
  );
  t.is((await client(bed, token)('PUT', '/own?restype=container')).status, 201);
});

test('a request without x-ms-version, or with an old one, is refused', async (t) => {
  await using bed = await startBed();
  const token = await storageToken(bed);
  const origin = bed.emulator.authority.map['https://contoso.blob.core.windows.net'] ?? '';
  const ask = (
    headers: Record<string, string>,
  ): Promise<{ headers: { get(name: string): string | null } }> =>
    bed.browser.send(`${origin}/?comp=list`, {
      headers: { authorization: `Bearer ${token}`, ...headers },
    });
  t.is((await ask({})).headers.get('x-ms-error-code'), 'InvalidAuthenticationInfo');
  t.is(
    (await ask({ 'x-ms-version': '2015-01-01' })).headers.get('x-ms-error-code'),
    'InvalidAuthenticationInfo',
  );
  bed.tenant.variants.storageVersionMissing = 'MissingRequiredHeader';
  t.is((await ask({})).headers.get('x-ms-error-code'), 'MissingRequiredHeader');
});

test('roles decide: readers read, contributors write, others do neither', async (t) => {
  await using bed = await startBed({
    storageAccounts: [{ name: 'contoso', contributors: ['Finance'], readers: [EMIL] }],
  });
  const [jane, emil, adele] = await Promise.all(
    [JANE, EMIL, 'adele@contoso.example'].map(async (person) =>
      client(bed, await storageToken(bed, person)),
    ),
  );
  t.is((await jane?.('PUT', '/files?restype=container'))?.status, 201);
  t.is((await emil?.('GET', '/files?restype=container'))?.status, 200);
  const refused = await emil?.('PUT', '/more?restype=container');
  t.is(refused?.headers.get('x-ms-error-code'), 'AuthorizationPermissionMismatch');
  t.is((await adele?.('GET', '/files?restype=container'))?.status, 403);
});

test('an application with a role works by itself', async (t) => {
  await using bed = await startBed();
  const account = bed.tenant.storage('contoso');
  account.contributors = [bed.tenant.applications.get(APP).objectId];
  const { body } = await bed.token({
    grant_type: 'client_credentials',
    scope: 'https://storage.azure.com/.default',
  });
  t.is(
    (await client(bed, String(body['access_token']))('PUT', '/app?restype=container')).status,
    201,
  );
});

test('an operation that the service does not have is refused', async (t) => {
  await using bed = await startBed();
  const ask = client(bed, await storageToken(bed));
  t.is(
    (await ask('GET', '/files?restype=container&comp=acl')).headers.get('x-ms-error-code'),
    'InvalidQueryParameterValue',
  );
  t.is((await ask('PATCH', '/files')).status, 405);
});

const OPERATIONS: readonly (readonly [method: string, path: string])[] = [
  ['PUT', '/none/a.txt'],
  ['GET', '/none/a.txt'],
  ['DELETE', '/none/a.txt'],
  ['PUT', '/none/a.txt?comp=block&blockid=AA'],
  ['GET', '/none?restype=container'],
  ['DELETE', '/none?restype=container'],
  ['GET', '/none?restype=container&comp=list'],
];

for (const [method, path] of OPERATIONS) {
  test(`${method} ${path} needs a role, then a container`, async (t) => {
    await using bed = await startBed({
      storageAccounts: [{ name: 'contoso', contributors: ['Finance'], readers: [] }],
    });
    const ask = async (person: string): Promise<string | null> => {
      const reply = await client(bed, await storageToken(bed, person))(method, path, {
        headers: BLOCK,
      });
      return reply.headers.get('x-ms-error-code');
    };
    t.is(await ask(EMIL), 'AuthorizationPermissionMismatch');
    t.is(await ask(JANE), 'ContainerNotFound');
  });
}

test('the containers of an account are listed to readers alone', async (t) => {
  await using bed = await startBed({
    storageAccounts: [{ name: 'contoso', contributors: [], readers: [JANE] }],
  });
  const list = async (person: string): Promise<number> =>
    (await client(bed, await storageToken(bed, person))('GET', '/?comp=list')).status;
  t.deepEqual([await list(JANE), await list(EMIL)], [200, 403]);
});

test('a path that cannot be decoded is no resource', async (t) => {
  await using bed = await startBed();
  const reply = await client(bed, await storageToken(bed))('GET', '/people/%zz');
  t.is(reply.status, 404);
  t.is(reply.headers.get('x-ms-error-code'), 'ResourceNotFound');
});

test('a block needs an id', async (t) => {
  await using bed = await startBed();
  const ask = client(bed, await storageToken(bed));
  await ask('PUT', '/files?restype=container');
  const reply = await ask('PUT', '/files/a.txt?comp=block', { body: 'x' });
  t.is(reply.headers.get('x-ms-error-code'), 'InvalidQueryParameterValue');
});

test('another scheme than Bearer is refused', async (t) => {
  await using bed = await startBed();
  const headers = { authorization: 'SharedKey contoso:AAAA' };
  const reply = await client(bed, '')('GET', '/?comp=list', { headers });
  t.is(reply.headers.get('x-ms-error-code'), 'InvalidAuthenticationInfo');
});

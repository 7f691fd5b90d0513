import test from 'ava';
import fc from 'fast-check';
import { z } from 'zod';
import type { Problem } from '../../../src/config/values/parsed.ts';
import { substitute, type Resolved } from '../../../src/config/document/substitution.ts';
import { withTraits } from '../../../src/config/document/traits.ts';
import {
  brief,
  CLIENT_SECRET,
  configOf,
  entraIdOf,
  entraId,
  faultsOf,
  filesOf,
  fileWith,
  readJson,
  serverWith,
} from '../../_support/config-file.ts';

const AT = 'authentications[0]';

test('${env:NAME} is the value of a variable', (t) => {
  const method = entraId({
    password: '${env:SECRET}',
    api_scopes: '${env:SCOPES}',
    name: 'A ${env:B} C',
  });
  const environment = { SECRET: CLIENT_SECRET, SCOPES: 'User.Read, Mail.Read', B: 'b' };
  const read = entraIdOf(fileWith({ authentications: [method] }), { environment });
  const { credential } = read;
  t.is(credential?.kind === 'password' ? credential.passwords[0]?.reveal() : null, CLIENT_SECRET);
  t.deepEqual(read.apiScopes, ['User.Read', 'Mail.Read']);
  t.is(read.name, 'A b C');
});

test('${file:PATH} is the text of a file without its last line break', (t) => {
  const environment = {};
  for (const [content, value] of [
    ['x\n', 'x'],
    ['x\r\n', 'x'],
    ['x', 'x'],
    [' x ', ' x '],
  ]) {
    const files = filesOf({ '/etc/entrada/secrets/hr': `${CLIENT_SECRET}${content ?? ''}` });
    const grant = { secrets: { hr: { value: '${file:secrets/hr}' } } };
    const extensions = [{ source: 'e', mode: 'off', grant }];
    const config = configOf(fileWith({ extensions }), { environment, files });
    t.is(
      config.extensions[0]?.grant.secrets['hr']?.value.reveal(),
      `${CLIENT_SECRET}${value ?? ''}`,
    );
  }
});

test('a variable that is not set is a fault, and only that', (t) => {
  const file = fileWith({ authentications: [entraId({ directory_id: '${env:TENANT}' })] });
  t.deepEqual(faultsOf(file), [`CONFIG_SECRET_UNSET ${AT}.directory_id`]);
});

test('a variable is an own property of the environment', (t) => {
  const file = fileWith({ authentications: [entraId({ name: '${env:constructor}' })] });
  t.deepEqual(faultsOf(file), [`CONFIG_SECRET_UNSET ${AT}.name`]);
});

test('an empty variable is no secret, and a value elsewhere', (t) => {
  const environment = { EMPTY: '' };
  const secret = entraId({ password: '${env:EMPTY}', api_scopes: 'User.Read' });
  t.deepEqual(faultsOf(fileWith({ authentications: [secret] }), { environment }), [
    `CONFIG_SECRET_UNSET ${AT}.password`,
  ]);
  const proxy = entraId({ proxy: '${env:EMPTY}' });
  t.deepEqual(faultsOf(fileWith({ authentications: [proxy] }), { environment }), []);
});

test('a file that does not exist, is empty or is not text is a fault', (t) => {
  const files = filesOf({ '/empty': '\n', '/binary': new Uint8Array([255]) });
  for (const path of ['/nowhere', '/empty', '/binary']) {
    const file = fileWith({ keys: [`\${file:${path}}`] });
    t.deepEqual(faultsOf(file, { files }), ['CONFIG_SECRET_UNSET keys[0]'], path);
  }
});

test('a file with a secret that every user may read is a warning', (t) => {
  const files = filesOf({ '/etc/entrada/s': CLIENT_SECRET, '/etc/entrada/n': 'name' }, 0o644);
  const environment = { KEYS: 'k1:6dZ0cJ0nVqHhJm3xk1oQeU2yWv9sTzR4bLaPfGiCuXw' };
  const method = entraId({ password: '${file:s}', api_scopes: 'User.Read', name: '${file:n}' });
  const file = fileWith({ keys: '${env:KEYS}', authentications: [method] });
  t.deepEqual(faultsOf(file, { files, environment }), [`warning ${AT}.password`]);
});

test('$${ is a ${ that stays', (t) => {
  const file = fileWith({ authentications: [entraId({ name: 'a $${env:X} b' })] });
  t.is(configOf(file).authentications[0]?.name, 'a ${env:X} b');
});

test('another ${…} is a fault', (t) => {
  for (const name of ['${X}', '${vault:X}', '${env:}', '${env:X', '${}', '${ENV:X}', '${USER}']) {
    const file = fileWith({ authentications: [entraId({ name })] });
    t.deepEqual(faultsOf(file), [`CONFIG_INVALID_VALUE ${AT}.name`], name);
  }
});

test('a value that comes from elsewhere is not shown when it is wrong', (t) => {
  const environment = { OOPS: CLIENT_SECRET };
  const method = entraId({
    directory_id: '${env:OOPS}',
    base_groups: '${env:OOPS}',
    proxy: 'connect://${env:OOPS}',
  });
  const server = serverWith({ public_url: '${env:OOPS}', trusted_proxies: ['${env:OOPS}'] });
  const { faults } = readJson(fileWith({ server, authentications: [method] }), { environment });
  t.is(faults.length, 5);
  t.false(JSON.stringify(faults).includes('hunter2'));
});

test('a value that comes from elsewhere is not shown mended', (t) => {
  const server = serverWith({ public_url: '${env:URL}' });
  const environment = { URL: 'https://hunter2.example/x' };
  const { faults } = readJson(fileWith({ server }), { environment });
  t.is(faults.length, 1);
  t.false(JSON.stringify(faults).includes('hunter2'));
});

test('a key that nobody knows makes no file be read', (t) => {
  const read: string[] = [];
  const files = { read: (path: string) => (read.push(path), new Uint8Array()), mode: () => 0o600 };
  const file = fileWith({
    acounts: '${file:/etc/shadow}',
    authentications: [{ type: 'ldap', x: '${file:/y}' }],
  });
  t.true(faultsOf(file, { files }).includes('CONFIG_UNKNOWN_KEY acounts'));
  t.deepEqual(read, []);
});

test('a group_association may come from elsewhere', (t) => {
  const file = fileWith({ authentications: [entraId({ group_association: '${env:GA}' })] });
  t.deepEqual(faultsOf(file, { environment: { GA: 'base-groups' } }), []);
  t.deepEqual(brief(readJson(file, { environment: { GA: 'x' } }).faults), [
    `CONFIG_INVALID_VALUE ${AT}.group_association`,
  ]);
});

/** Gives every name in brackets. */
function resolve(kind: string, name: string): Resolved {
  return { ok: true, value: `<${kind} ${name}>` };
}

test('substitute leaves values without ${ as they are', (t) => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      fc.pre(!JSON.stringify(value).includes('${'));
      t.deepEqual(substitute(z.json(), value, { resolve }).value, value);
    }),
  );
});

test('substitute puts values in at every depth that the schema knows', (t) => {
  const schema = z.strictObject({ a: z.array(z.record(z.string(), z.string())) });
  const { value, written } = substitute(schema, { a: [{ b: '${env:X}-${file:Y}' }] }, { resolve });
  t.deepEqual(value, { a: [{ b: '<env X>-<file Y>' }] });
  t.deepEqual([...written], [['a[0].b', '${env:X}-${file:Y}']]);
});

test('substitute tells whether a value is wanted for a secret', (t) => {
  const schema = z.strictObject({
    a: withTraits(z.array(z.string()), { secret: true }),
    b: z.string(),
  });
  const seen: boolean[] = [];
  substitute(
    schema,
    { a: ['${env:X}'], b: '${env:X}' },
    {
      resolve: (_kind, _name, secret) => {
        seen.push(secret);
        return { ok: true, value: '' };
      },
    },
  );
  t.deepEqual(seen, [true, false]);
});

test('substitute remarks a secret that is written out', (t) => {
  const ofWrittenSecret: Problem = { says: () => 'Written' };
  const schema = z.strictObject({ a: withTraits(z.string(), { secret: true }), b: z.string() });
  const { findings } = substitute(schema, { a: 'x', b: 'y' }, { resolve, ofWrittenSecret });
  t.deepEqual(
    findings.map(({ path, severity }) => [path, severity]),
    [[['a'], 'warning']],
  );
});

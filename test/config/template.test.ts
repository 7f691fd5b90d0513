import { randomUUID } from 'node:crypto';
import test from 'ava';
import { generateKey } from '../../src/config/keys.ts';
import { configTemplate, type TemplateValues } from '../../src/config/template.ts';
import { APPLICATION, brief, filesOf, readText, TENANT } from '../_support/config-file.ts';

const files = filesOf({
  '/etc/entrada/tls/server.crt': '-----BEGIN CERTIFICATE-----\n',
  '/etc/entrada/tls/server.key': '-----BEGIN PRIVATE KEY-----\n',
  '/etc/entrada/secrets/keys.txt': `${generateKey('k1')}\n`,
});

const VALUES: TemplateValues = {
  publicUrl: 'https://files.example.com:8443',
  methodId: randomUUID(),
  directoryId: TENANT,
  applicationId: APPLICATION,
};

test('configTemplate is a right configuration without a warning', (t) => {
  t.deepEqual(brief(readText(configTemplate(VALUES), { files }).faults), []);
});

test('configTemplate with an extension is a right configuration without a warning', (t) => {
  const text = configTemplate({ ...VALUES, extension: './extensions/hello' });
  const loaded = readText(text, { files });
  t.deepEqual(brief(loaded.faults), []);
  t.is(loaded.ok ? loaded.config.extensions[0]?.source : '', '/etc/entrada/extensions/hello');
});

test('configTemplate without the IDs of the tenant asks for them', (t) => {
  const { publicUrl, methodId } = VALUES;
  t.deepEqual(brief(readText(configTemplate({ publicUrl, methodId }), { files }).faults), [
    'warning authentications[0].directory_id',
    'warning authentications[0].application_id',
  ]);
});

test('configTemplate listens at the port that people are sent to', (t) => {
  const ports = { 'https://files.example.com': 443, 'https://files.example.com:9000': 9000 };
  for (const [publicUrl, port] of Object.entries(ports)) {
    const loaded = readText(configTemplate({ ...VALUES, publicUrl }), { files });
    t.like(loaded.ok && loaded.config.server, { listen: { host: '0.0.0.0', port } });
  }
});

test('configTemplate prints the redirect URI to register', (t) => {
  t.true(configTemplate(VALUES).includes(`${VALUES.publicUrl}/?redirect-${VALUES.methodId}`));
});

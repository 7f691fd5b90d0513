import test from 'ava';

import { authenticationSchema } from '../../src/config/schema/authentication.ts';
import { settleAuthentication } from '../../src/config/settle/authentication.ts';
import { settleRule } from '../../src/config/settle/mapping.ts';
import { settleCertificates } from '../../src/config/settle/proxy.ts';
import { entraId, filesOf } from '../_support/config-file.ts';

const SOURCES = { environment: {}, files: filesOf({}), directory: '/etc/entrada' };

const missing = { code: 'CONFIG_MISSING_KEY' };

test('a rule that does nothing, and a condition that asks for nothing, cannot be settled', (t) => {
  t.throws(() => settleRule({ applies_to: [] }), missing);
  t.throws(() => settleRule({ role: 'Auditors', when: {}, applies_to: [] }), missing);
});

test('a file of certificates that was taken away after it was checked is an error', (t) => {
  const settle = (): unknown => settleCertificates([{ kind: 'file', path: 'ca.pem' }], SOURCES);
  t.throws(settle, { code: 'CONFIG_UNREADABLE' });
});

test('a method without the id of its application cannot be settled', (t) => {
  const entry = authenticationSchema.parse(entraId({ application_id: undefined }));
  t.throws(() => settleAuthentication(entry, SOURCES), missing);
});

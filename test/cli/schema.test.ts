import { Ajv2020 } from 'ajv/dist/2020.js';
import test from 'ava';

import { runCli } from '../_support/cli.ts';
import { fileWith } from '../_support/config-file.ts';

test('schema prints a JSON Schema that takes a right configuration and refuses a wrong one', async (t) => {
  const { code, stdout } = await runCli(['schema']);
  t.is(code, 0);
  const schema = JSON.parse(stdout);
  t.is(schema.$schema, 'https://json-schema.org/draft/2020-12/schema');
  const validate = new Ajv2020({ strict: false }).compile(schema);
  t.true(validate(fileWith()));
  t.false(validate(fileWith({ sevrices: [] })));
});

test('schema --extension prints a JSON Schema that takes a right manifest and refuses a wrong one', async (t) => {
  const { code, stdout } = await runCli(['schema', '--extension']);
  t.is(code, 0);
  const validate = new Ajv2020({ strict: false }).compile(JSON.parse(stdout));
  const manifest = { api: 1, name: 'gate', version: '1.0.0', fixtures: ['fixtures/*.yaml'] };
  t.true(validate(manifest), JSON.stringify(validate.errors));
  t.false(validate({ ...manifest, fixtures: ['../elsewhere.yaml'] }));
  t.false(validate({ ...manifest, entri: 'index.ts' }));
});

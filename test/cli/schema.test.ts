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

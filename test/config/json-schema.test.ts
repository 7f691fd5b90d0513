import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import test from 'ava';
import { parse } from 'yaml';
import { configJsonSchema } from '../../src/config/json-schema.ts';
import { readConfig } from '../../src/config/load.ts';
import { brief } from '../_support/config-file.ts';
import { CORPUS_OPTIONS, readCorpus, type CorpusFile } from '../_support/corpus.ts';

const SCHEMA = configJsonSchema();

/** Strict but for what ajv's strictness refuses of every schema with choices. */
const ajv = new Ajv2020({ strict: true, strictTypes: false, strictRequired: false });

const validate: ValidateFunction = ajv.compile(SCHEMA);

/** What an editor says of a file: it validates what YAML reads, and a text that YAML cannot read is refused. */
function editorAccepts(text: string): boolean {
  try {
    return validate(parse(text, { logLevel: 'error' }));
  } catch {
    return false;
  }
}

/** What Entrada says of a file, as `CODE line:column`. */
function faultsOf({ text }: CorpusFile): readonly string[] {
  const { faults } = readConfig(text, '/etc/entrada/entrada.yaml', CORPUS_OPTIONS);
  return faults.map(({ code, position }) => `${code} ${position?.line}:${position?.column}`);
}

for (const file of readCorpus('good')) {
  test(`${file.name} is right for Entrada and for an editor`, (t) => {
    const { faults } = readConfig(file.text, '/etc/entrada/entrada.yaml', CORPUS_OPTIONS);
    t.deepEqual(brief(faults.filter(({ code }) => code !== 'CONFIG_NOT_AVAILABLE')), []);
    t.true(editorAccepts(file.text), JSON.stringify(validate.errors));
  });
}

for (const file of readCorpus('bad')) {
  test(`${file.name} is wrong where it says, and an editor ${file.schema} it`, (t) => {
    t.deepEqual(faultsOf(file), file.faults);
    t.is(editorAccepts(file.text) ? 'accepts' : 'refuses', file.schema ?? 'unsaid');
  });
}

/** @yields The schemas of all keys within a schema, with their paths. */
function* propertiesOf(schema: unknown, path = ''): Iterable<readonly [string, unknown]> {
  if (typeof schema !== 'object' || schema === null) return;
  for (const [key, value] of Object.entries(schema)) {
    if (key === 'properties' && typeof value === 'object' && value !== null) {
      for (const [name, property] of Object.entries(value)) yield [`${path}.${name}`, property];
    }
    yield* propertiesOf(value, key === 'properties' ? path : `${path}/${key}`);
  }
}

test('every key has a description for the operator', (t) => {
  const properties = [...propertiesOf(SCHEMA)];
  t.true(properties.length > 80);
  for (const [path, property] of properties) {
    const description: unknown = Reflect.get(Object(property), 'description');
    t.true(typeof description === 'string' && description.endsWith('.'), path);
  }
});

test('every default of the schema is itself right', (t) => {
  for (const [path, property] of propertiesOf(SCHEMA)) {
    const value: unknown = Reflect.get(Object(property), 'default');
    if (value !== undefined) t.true(ajv.validate(Object(property), value), path);
  }
});

test('secrets are write-only for an editor', (t) => {
  const text = JSON.stringify(SCHEMA);
  t.is(text.match(/"writeOnly":true/g)?.length, 6);
});

test('the schema is the same each time', (t) => {
  t.deepEqual(configJsonSchema(), SCHEMA);
});

import { configJsonSchema } from '../../src/config/json-schema.ts';
import { manifestJsonSchema } from '../../src/extensions/manifest-json-schema.ts';

/** As much of JSON Schema as `configJsonSchema` makes. */
interface Schema {
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly default?: unknown;
  readonly description?: string;
  readonly pattern?: string;
  readonly writeOnly?: boolean;
  readonly properties?: { readonly [key: string]: Schema };
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly additionalProperties?: Schema | boolean;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
}

/** `docs/reference/configuration.md`: every key of `entrada.yaml`. */
export function configurationPage(): string {
  return `${HEAD}\n${keysOf('entrada.yaml', configJsonSchema())}`;
}

/** `docs/reference/manifest.md`: every key of `extension.yaml`. */
export function manifestPage(): string {
  return `${MANIFEST_HEAD}\n${keysOf('extension.yaml', manifestJsonSchema())}`;
}

function keysOf(title: string, made: object): string {
  const schema: Schema = JSON.parse(JSON.stringify(made));
  return sectionsOf(title, '', schema).join('\n');
}

const MANIFEST_HEAD = `# The manifest of an extension

Made from the schema that Entrada reads \`extension.yaml\` by; \`entrada schema --extension\` prints it as JSON Schema for editors.

The manifest is what the author of an extension asks for. An extension can do what both this and its \`grant\` in
[\`entrada.yaml\`](configuration.md) say.
`;

const HEAD = `# Configuration

Made from the schema that Entrada reads \`entrada.yaml\` by; \`entrada schema\` prints it as JSON Schema for editors.

Text values may hold \`\${env:NAME}\` and \`\${file:PATH}\`. Relative paths start at the folder of the file. An unknown key is
an error. A *list* may be a YAML list, or text with commas or line breaks between the entries. A *duration* is a number and a
unit: \`ms\`, \`s\`, \`m\`, \`h\`, \`d\`. A *size* is a number and a unit: \`B\`, \`KB\`, \`KiB\`, \`MB\`, \`MiB\`, \`GB\`, \`GiB\`.
`;

/** A section for an object, then one for each object in it. */
function sectionsOf(title: string, path: string, schema: Schema): readonly string[] {
  const { properties = {} } = schema;
  const rows = Object.entries(properties).map(([key, value]) => rowOf(key, value, schema));
  const table = `| key | value | default | what it is |\n| --- | --- | --- | --- |\n${rows.join('\n')}\n`;
  const about = schema.description === undefined ? '' : `${schema.description}\n\n`;
  return [
    `## ${title}\n\n${about}${oneOfTwo(schema)}${table}`,
    ...Object.entries(properties).flatMap(([key, value]) =>
      objectsIn(path === '' ? key : `${path}.${key}`, value).flatMap((found) =>
        sectionsOf(found.title, found.path, found.schema),
      ),
    ),
  ];
}

interface Found {
  readonly title: string;
  readonly path: string;
  readonly schema: Schema;
}

/** The objects that a value may be or hold. */
function objectsIn(path: string, schema: Schema): readonly Found[] {
  if (schema.properties) return [{ title: titleOf(path, schema), path, schema }];
  if (schema.items) return objectsIn(`${path}[]`, schema.items);
  const { additionalProperties } = schema;
  if (typeof additionalProperties === 'object')
    return objectsIn(`${path}.NAME`, additionalProperties);
  return [...(schema.oneOf ?? []), ...(schema.anyOf ?? [])].flatMap((one) => objectsIn(path, one));
}

function titleOf(path: string, { properties = {}, required = [] }: Schema): string {
  const type = properties['type']?.const;
  if (typeof type === 'string') return `\`${path}\` of type \`${type}\``;
  return path.endsWith('fetch[]') ? `\`${path}\` with \`${required[0]}\`` : `\`${path}\``;
}

/** Two names for one thing. */
function oneOfTwo({ properties, oneOf = [] }: Schema): string {
  const names = properties ? oneOf.flatMap(({ required = [] }) => required) : [];
  return names.length === 0 ? '' : `Of ${list(names.map(code))}, one is required.\n\n`;
}

function rowOf(key: string, schema: Schema, { required = [] }: Schema): string {
  const fallback = required.includes(key) ? '**required**' : defaultOf(schema);
  const text = textOf(schema).replaceAll('*', String.raw`\*`);
  const cells = [code(key), valueOf(schema), fallback, text];
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

function defaultOf({ default: value }: Schema): string {
  if (value === undefined || value === '' || JSON.stringify(value) === '{}') return '';
  return code(typeof value === 'string' ? value : JSON.stringify(value));
}

function textOf({ description = '', writeOnly, anyOf = [] }: Schema): string {
  const secret = writeOnly === true || anyOf.some((one) => one.writeOnly === true);
  return secret ? `${description} Secret: it is printed nowhere.` : description;
}

/** The form of a value, in a few words. */
function valueOf(schema: Schema): string {
  const simple = simpleValue(schema);
  if (simple !== undefined) return simple;
  const forms = [...(schema.oneOf ?? []), ...(schema.anyOf ?? [])].filter(
    ({ type }) => type !== 'null',
  );
  if (forms.some(({ type }) => type === 'array') && forms.some(({ type }) => type === 'string'))
    return 'list';
  return list(
    [...new Set(forms.flatMap((one) => simpleValue(one) ?? valueOf(one)))].filter(Boolean),
  );
}

function simpleValue({
  const: only,
  enum: some,
  type,
  pattern = '',
  ...schema
}: Schema): string | undefined {
  if (only !== undefined) return code(JSON.stringify(only).replaceAll('"', ''));
  if (some) return list(some.map((one) => code(String(one))));
  const choices = schema.anyOf?.find((one) => one.enum)?.enum;
  if (choices) return list(choices.map((one) => code(String(one))));
  if (type === 'array') return 'list';
  if (type === 'object') return 'map';
  if (type === 'boolean') return list([code('true'), code('false')]);
  if (type === 'number') return 'number';
  if (pattern.includes('(?:ms|s|m|h|d)')) return 'duration';
  if (pattern.includes('(?:B|KB|')) return 'size';
  if (type === 'string' || Array.isArray(type)) return 'text';
  return undefined;
}

function code(text: string): string {
  return `\`${text}\``;
}

function list(items: readonly string[]): string {
  return new Intl.ListFormat('en', { type: 'disjunction' }).format(items);
}

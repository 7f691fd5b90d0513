import test from 'ava';
import { z } from 'zod';
import { readDocument, type Check } from '../../src/config/document.ts';
import { withTraits } from '../../src/config/document/traits.ts';
import { brief } from '../_support/config-file.ts';

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly hooks: readonly string[];
  readonly limits?: { readonly calls: number } | undefined;
}

const MANIFEST: z.ZodType<Manifest> = withTraits(
  z.strictObject({
    name: z.string().min(1).max(8),
    version: z.string(),
    hooks: z.array(z.enum(['decide', 'enrich'])),
    limits: z.strictObject({ calls: z.number() }).optional(),
  }),
  { unavailable: ['wasm'] },
);

/** Faults of a manifest, as `CODE path`. */
function faultsOf(text: string, checks: readonly Check<Manifest>[] = []): readonly string[] {
  return brief(readDocument(text, 'extension.yaml', MANIFEST, { checks }).faults);
}

test('readDocument gives the value of a right text', (t) => {
  const result = readDocument('name: a\nversion: 1.0.0\nhooks: [decide]\n', 'x', MANIFEST);
  t.deepEqual(result.ok ? result.value : undefined, {
    name: 'a',
    version: '1.0.0',
    hooks: ['decide'],
  });
});

test('readDocument finds every kind of fault of a schema in one run', (t) => {
  const text = 'name: ""\nversion: 1.0\nhooks: [decid, 7]\nlimits: []\nhoks: 1\nwasm: 1\n';
  t.deepEqual(faultsOf(text), [
    'CONFIG_INVALID_VALUE name',
    'CONFIG_INVALID_VALUE version',
    'CONFIG_INVALID_VALUE hooks[0]',
    'CONFIG_INVALID_VALUE hooks[1]',
    'CONFIG_INVALID_VALUE limits',
    'CONFIG_UNKNOWN_KEY hoks',
    'CONFIG_NOT_AVAILABLE wasm',
  ]);
});

test('readDocument says to quote a text that YAML reads as a number', (t) => {
  const { faults } = readDocument('name: a\nversion: 0123e5\nhooks: []\n', 'x', MANIFEST);
  t.regex(faults[0]?.message ?? '', /0123e5.*number/);
  t.regex(faults[0]?.next ?? '', /quotes/);
});

test('readDocument names the nearest key, or all of them', (t) => {
  const { faults } = readDocument(
    'name: a\nversion: b\nhooks: []\nlimit: {}\nzzz: 1\n',
    'x',
    MANIFEST,
  );
  t.deepEqual(
    faults.map(({ next }) => next),
    ['Did you mean limits?', 'The keys here are name, version, hooks, limits.'],
  );
});

test('readDocument tells what is too long', (t) => {
  t.deepEqual(faultsOf('name: abcdefghi\nversion: b\nhooks: []\n'), ['CONFIG_INVALID_VALUE name']);
});

test('readDocument leaves ${…} alone without a substitution', (t) => {
  const result = readDocument(
    'name: ${env:A}\nversion: b\nhooks: []\n',
    'x',
    z.looseObject({ name: z.string() }),
  );
  t.is(result.ok ? result.value.name : '', '${env:A}');
});

test('readDocument runs its checks on what is right', (t) => {
  const check: Check<Manifest> = (manifest) =>
    manifest?.version === undefined && manifest?.name === 'a'
      ? [{ code: 'CONFIG_CONFLICT', path: ['name'], says: () => 'seen' }]
      : [];
  t.deepEqual(faultsOf('name: a\nversion: []\nhooks: []\n', [check]), [
    'CONFIG_CONFLICT name',
    'CONFIG_INVALID_VALUE version',
  ]);
});

test('readDocument drops what a check concluded from a wrong value', (t) => {
  const check: Check<Manifest> = () => [
    { code: 'CONFIG_CONFLICT', path: ['name'], says: () => 'hasty', needs: [['limits', 'calls']] },
  ];
  t.deepEqual(faultsOf('name: a\nversion: b\nhooks: []\nlimits: { calls: x }\n', [check]), [
    'CONFIG_INVALID_VALUE limits.calls',
  ]);
  t.deepEqual(faultsOf('name: a\nversion: b\nhooks: []\nlimits: x\n', [check]), [
    'CONFIG_INVALID_VALUE limits',
  ]);
  t.deepEqual(faultsOf('name: a\nversion: b\nhooks: []\n', [check]), ['CONFIG_CONFLICT name']);
});

test('a warning leaves the value right', (t) => {
  const check: Check<Manifest> = () => [
    { code: 'CONFIG_WARNING', severity: 'warning', path: ['name'], says: () => 'odd' },
  ];
  const result = readDocument('name: a\nversion: b\nhooks: []\n', 'x', MANIFEST, {
    checks: [check],
  });
  t.true(result.ok);
  t.is(result.faults.length, 1);
});

test('readDocument tells two hundred faults and counts the rest', (t) => {
  const keys = Array.from({ length: 300 }, (_, index) => `key${index}: 1`);
  const { faults } = readDocument(keys.join('\n'), 'x', z.strictObject({}));
  t.is(faults.length, 201);
  t.is(faults.at(-1)?.severity, 'error');
  t.is(faults.at(-1)?.position, undefined);
});

test('readDocument is wrong when the only error comes after two hundred warnings', (t) => {
  const warnings = Array.from({ length: 250 }, () => ({
    code: 'CONFIG_WARNING' as const,
    severity: 'warning' as const,
    path: ['a'],
    says: () => 'odd',
  }));
  const result = readDocument(
    'a: 1\nb: x\n',
    'x',
    z.strictObject({ a: z.number(), b: z.number() }),
    {
      checks: [() => warnings],
    },
  );
  t.false(result.ok);
});

test('readDocument says what belongs where a list or a map stands', (t) => {
  t.deepEqual(faultsOf('name: [a]\nversion: {}\nhooks: [[decide], {}]\n'), [
    'CONFIG_INVALID_VALUE name',
    'CONFIG_INVALID_VALUE version',
    'CONFIG_INVALID_VALUE hooks[0]',
    'CONFIG_INVALID_VALUE hooks[1]',
  ]);
});

import test from 'ava';

import { inWaves, type Ordered, orderFindings, sharedFor } from '../../src/extensions/order.ts';

function extension(
  name: string,
  manifest: Partial<Ordered['manifest']> = {},
  mode: 'enforce' | 'shadow' = 'enforce',
): Ordered {
  return { name, manifest: { provides: [], consumes: [], ...manifest }, config: { mode } };
}

const names = (waves: readonly (readonly Ordered[])[]): string[][] =>
  waves.map((wave) => wave.map(({ name }) => name));

const findings = (...extensions: Ordered[]): string[] =>
  orderFindings(extensions.map((one, index) => ({ extension: one, index }))).map(
    ({ code, path, says }) => `${code} ${path.join('.')}: ${says('it')}`,
  );

test('extensions that read nothing of each other run at once', (t) => {
  t.deepEqual(names(inWaves([extension('a'), extension('b')])), [['a', 'b']]);
});

test('who reads a value runs after who provides it, wherever they stand', (t) => {
  const reader = extension('reader', { consumes: ['risk.level'] });
  const risk = extension('risk', { provides: ['level'], consumes: ['geo.country'] });
  const geo = extension('geo', { provides: ['country'] });
  const waves = inWaves([reader, extension('free'), risk, geo]);
  t.deepEqual(names(waves), [['free', 'geo'], ['risk'], ['reader']]);
});

test('who provides a value to nobody that runs is waited for by nobody', (t) => {
  t.deepEqual(names(inWaves([extension('reader', { consumes: ['away.x'] })])), [['reader']]);
});

test('an extension may read what it shared itself', (t) => {
  const own = extension('own', { provides: ['x'], consumes: ['own.x'] });
  t.deepEqual(names(inWaves([own])), [['own']]);
  t.deepEqual(findings(own), []);
});

test('an extension is shown its own values and those that it said it reads', (t) => {
  const reader = extension('reader', { consumes: ['risk.level'] });
  const shared = { 'risk.level': 3, 'risk.why': 'address', 'reader.own': true, 'readers.x': 1 };
  t.deepEqual(sharedFor(reader, shared, [reader]), { 'risk.level': 3, 'reader.own': true });
});

test('who is enforced reads nothing of an extension in the shadow, which reads of both', (t) => {
  const consumes = ['risk.level', 'trial.level'];
  const shared = { 'risk.level': 3, 'trial.level': 9 };
  const risk = extension('risk', { provides: ['level'] });
  const trial = extension('trial', { provides: ['level'] }, 'shadow');
  const gate = extension('gate', { consumes });
  const other = extension('other', { consumes }, 'shadow');
  const all = [risk, trial, gate, other];
  t.deepEqual(sharedFor(gate, shared, all), { 'risk.level': 3 });
  t.deepEqual(sharedFor(other, shared, all), shared);
  t.deepEqual(sharedFor(trial, shared, all), { 'trial.level': 9 });
  t.deepEqual(findings(...all), [
    'CONFIG_WARNING extensions.2.mode: The extension gate reads trial.level, and trial runs in the shadow',
  ]);
});

test('two extensions of one name are refused', (t) => {
  t.deepEqual(findings(extension('a'), extension('b'), extension('a')), [
    'CONFIG_DUPLICATE extensions.2.source: Two extensions are named a',
  ]);
});

test('a value that nobody provides is a warning: the extension may do without', (t) => {
  const provider = extension('risk', { provides: ['level'] });
  const reader = extension('reader', { consumes: ['risk.level', 'risk.why'] });
  t.deepEqual(findings(provider, reader), [
    'CONFIG_WARNING extensions.1.source: The extension reader reads risk.why, which no extension provides',
  ]);
});

test('extensions that wait for each other are refused, and those that wait for them', (t) => {
  const a = extension('a', { provides: ['x'], consumes: ['b.x'] });
  const b = extension('b', { provides: ['x'], consumes: ['a.x'] });
  const after = extension('after', { consumes: ['b.x'] });
  t.deepEqual(findings(extension('free'), a, b, after), [
    'CONFIG_CONFLICT extensions.1.source: The extension a would wait for ever: it reads b.x',
    'CONFIG_CONFLICT extensions.2.source: The extension b would wait for ever: it reads a.x',
    'CONFIG_CONFLICT extensions.3.source: The extension after would wait for ever: it reads b.x',
  ]);
});

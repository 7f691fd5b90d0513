import test from 'ava';
import type { ExtensionConfig } from '../../src/config/config.ts';
import {
  configOf,
  extension,
  faultsOf,
  fileWith,
  readText,
  type Json,
} from '../_support/config-file.ts';

const AT = 'extensions[0]';
const INTEGRITY = 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=';

/** Faults of a file whose extension is right but for something. */
function faultsWith(more: Json): readonly string[] {
  return faultsOf(fileWith({ extensions: [extension(more)] }));
}

/** The extension of a file that is right. */
function extensionWith(more: Json): ExtensionConfig {
  const [first] = configOf(fileWith({ extensions: [extension(more)] })).extensions;
  if (first === undefined) throw new Error('no extension');
  return first;
}

test('extension is granted nothing and denies when it fails, unless the file says more', (t) => {
  const deny = 'deny';
  t.deepEqual(extensionWith({}), {
    source: '/etc/entrada/extensions/gate',
    integrity: null,
    mode: 'shadow',
    appliesTo: [],
    grant: {
      tokens: [],
      fetch: [],
      secrets: {},
      enrich: {
        groups: [],
        roles: [],
        claims: [],
        username: false,
        home: false,
        session: false,
        headers: [],
      },
      sessions: { end: false },
    },
    config: {},
    limits: {},
    onFailure: {
      throw: deny,
      timeout: deny,
      cpu: deny,
      memory: deny,
      limit: deny,
      invalid_result: deny,
      unavailable: deny,
      dependency: deny,
    },
  });
});

test('mode is enforce unless the file says another', (t) => {
  t.is(extensionWith({ mode: undefined, integrity: INTEGRITY }).mode, 'enforce');
  t.deepEqual(faultsWith({ mode: 'enforced' }), [`CONFIG_INVALID_VALUE ${AT}.mode`]);
  t.deepEqual(faultsWith({ mode: false }), [`CONFIG_INVALID_VALUE ${AT}.mode`]);
});

test('an enforced extension without integrity is a fault, but where it is allowed', (t) => {
  const file = fileWith({ extensions: [extension({ mode: 'enforce' })] });
  t.deepEqual(faultsOf(file), [`CONFIG_MISSING_KEY ${AT}.integrity`]);
  t.deepEqual(faultsOf(file, { allowUnapproved: true }), []);
});

test('integrity is a SHA-256 as subresource integrity writes it', (t) => {
  t.is(extensionWith({ integrity: INTEGRITY }).integrity, INTEGRITY);
  for (const integrity of [
    'sha256-abc',
    INTEGRITY.slice(0, -1),
    INTEGRITY.toUpperCase(),
    'sha512-x',
  ]) {
    t.deepEqual(faultsWith({ integrity }), [`CONFIG_INVALID_VALUE ${AT}.integrity`], integrity);
  }
});

test('one folder for two extensions is a duplicate, however it is written', (t) => {
  const extensions = [extension(), extension({ source: './extensions/../extensions/gate' })];
  t.deepEqual(faultsOf(fileWith({ extensions })), ['CONFIG_DUPLICATE extensions[1].source']);
});

test('source without a path is a fault', (t) => {
  t.deepEqual(faultsWith({ source: '' }), [`CONFIG_INVALID_VALUE ${AT}.source`]);
  t.deepEqual(faultsWith({ source: undefined }), [`CONFIG_MISSING_KEY ${AT}.source`]);
});

test('applies_to with a method that does not exist is a fault', (t) => {
  t.deepEqual(extensionWith({ applies_to: 'm1' }).appliesTo, ['m1']);
  t.deepEqual(faultsWith({ applies_to: ['m9'] }), [`CONFIG_UNKNOWN_REFERENCE ${AT}.applies_to[0]`]);
});

test('limits hold their ceilings', (t) => {
  const limits = { wall: '30s', cpu: '5s', memory: '512MB' };
  t.deepEqual(extensionWith({ limits }).limits, { wallMs: 30_000, cpuMs: 5000, memoryMb: 512 });
  t.deepEqual(faultsWith({ limits: { wall: '31s', cpu: '5001ms', memory: '513MB' } }), [
    `CONFIG_INVALID_VALUE ${AT}.limits.wall`,
    `CONFIG_INVALID_VALUE ${AT}.limits.cpu`,
    `CONFIG_INVALID_VALUE ${AT}.limits.memory`,
  ]);
});

test('limits of memory are whole megabytes that an isolate can start with', (t) => {
  for (const memory of ['4MB', '9000KB', '128', '1GB', 128]) {
    t.deepEqual(faultsWith({ limits: { memory } }), [`CONFIG_INVALID_VALUE ${AT}.limits.memory`]);
  }
});

test('on_failure is deny, or a map by kind', (t) => {
  const { onFailure } = extensionWith({
    on_failure: { timeout: 'allow', throw: 'deny' },
    acknowledge_fail_open: true,
  });
  t.is(onFailure.timeout, 'allow');
  t.is(onFailure.unavailable, 'deny');
  t.deepEqual(faultsWith({ on_failure: { timeuot: 'deny' } }), [
    `CONFIG_UNKNOWN_KEY ${AT}.on_failure.timeuot`,
  ]);
  for (const on_failure of ['skip', 'retry', true, []]) {
    t.deepEqual(faultsWith({ on_failure }), [`CONFIG_INVALID_VALUE ${AT}.on_failure`]);
  }
});

test('on_failure that lets people in needs to be acknowledged', (t) => {
  for (const on_failure of ['allow', { cpu: 'allow' }]) {
    t.deepEqual(faultsWith({ on_failure }), [`CONFIG_MISSING_KEY ${AT}.on_failure`]);
    t.deepEqual(faultsWith({ on_failure, acknowledge_fail_open: true }), []);
    t.deepEqual(faultsWith({ on_failure, mode: 'off' }), []);
  }
});

test('config is what JSON can say', (t) => {
  const config = { departments: ['Finance'], deep: { n: 1.5, none: null, yes: true } };
  t.deepEqual(extensionWith({ config }).config, config);
  for (const wrong of [[], 'x', 7]) {
    t.deepEqual(faultsWith({ config: wrong }), [`CONFIG_INVALID_VALUE ${AT}.config`]);
  }
});

test('config with what JSON cannot say is a fault', (t) => {
  const text = JSON.stringify(fileWith({ extensions: [extension({ config: { a: 7 } })] }));
  const { faults } = readText(text.replace('{"a":7}', '{"a": .nan}'));
  t.deepEqual(
    faults.map(({ code }) => code),
    ['CONFIG_INVALID_VALUE', 'CONFIG_INVALID_VALUE'],
  );
});

test('config with ${…} is refused, wherever it stands in it', (t) => {
  const config = { a: '${env:SECRET}', b: [{ c: 'x${file:y}' }], d: '${USER}' };
  t.deepEqual(faultsWith({ config }), [
    `CONFIG_SUBSTITUTION_REFUSED ${AT}.config.a`,
    `CONFIG_SUBSTITUTION_REFUSED ${AT}.config.b[0].c`,
    `CONFIG_SUBSTITUTION_REFUSED ${AT}.config.d`,
  ]);
});

test('config with $${ keeps a ${', (t) => {
  t.deepEqual(extensionWith({ config: { a: '$${name}' } }).config, { a: '${name}' });
});

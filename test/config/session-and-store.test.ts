import test from 'ava';
import { configOf, faultsOf, fileWith, filesOf, KEY, OTHER_KEY } from '../_support/config-file.ts';

test('session takes durations', (t) => {
  const config = configOf(fileWith({ session: { idle: '90s', absolute: '2d' } }));
  t.deepEqual(config.session, { idleMs: 90_000, absoluteMs: 172_800_000 });
});

test('session without units is a fault', (t) => {
  t.deepEqual(faultsOf(fileWith({ session: { idle: 30, absolute: '30' } })), [
    'CONFIG_INVALID_VALUE session.idle',
    'CONFIG_INVALID_VALUE session.absolute',
  ]);
});

test('session with idle longer than absolute is a conflict', (t) => {
  const conflict = ['CONFIG_CONFLICT session.idle'];
  t.deepEqual(faultsOf(fileWith({ session: { idle: '2h', absolute: '1h' } })), conflict);
  t.deepEqual(faultsOf(fileWith({ session: { absolute: '10m' } })), conflict);
  t.deepEqual(faultsOf(fileWith({ session: { idle: '1h', absolute: '1h' } })), []);
});

test('store is a file of SQLite', (t) => {
  t.is(configOf(fileWith({ store: 'sqlite:/var/lib/e.db' })).store.path, '/var/lib/e.db');
  t.is(configOf(fileWith({ store: 'sqlite:e.db' })).store.path, '/etc/entrada/e.db');
});

test('store on Redis is documented and not available', (t) => {
  for (const store of ['redis://cache:6379', 'rediss://cache:6379']) {
    t.deepEqual(faultsOf(fileWith({ store })), ['CONFIG_NOT_AVAILABLE store'], store);
  }
});

test('store of another kind is a fault', (t) => {
  for (const store of ['var/e.db', 'sqlite:', 'sqlite::memory:', 'postgres://x', 'sqlite: x']) {
    t.deepEqual(faultsOf(fileWith({ store })), ['CONFIG_INVALID_VALUE store'], store);
  }
});

test('explain takes a retention', (t) => {
  t.is(configOf(fileWith({ explain: { retention: '7d' } })).explain.retentionMs, 604_800_000);
  t.deepEqual(faultsOf(fileWith({ explain: { retention: '401d' } })), [
    'CONFIG_INVALID_VALUE explain.retention',
  ]);
});

test('keys keep their order', (t) => {
  const { keys } = configOf(fileWith({ keys: [OTHER_KEY, KEY] }));
  t.deepEqual(
    keys.map(({ id }) => id),
    ['k2', 'k1'],
  );
  t.is(keys[1]?.secret.reveal(), KEY.slice(3));
});

test('keys come from a file with one a line, with comments', (t) => {
  const files = filesOf({ '/etc/entrada/keys.txt': `# new\n${KEY}\r\n\n${OTHER_KEY}\n` });
  for (const keys of ['${file:keys.txt}', ['${file:keys.txt}']]) {
    const config = configOf(fileWith({ keys }), { files });
    t.deepEqual(
      config.keys.map(({ id }) => id),
      ['k1', 'k2'],
    );
  }
});

test('keys of another form are a fault', (t) => {
  const wrong = ['k1', 'k1:short', `${KEY}=`, `k 1${KEY.slice(2)}`, `${KEY}A`, `${KEY}:x`, '#'];
  for (const key of wrong) {
    t.deepEqual(faultsOf(fileWith({ keys: [key] })), ['CONFIG_INVALID_VALUE keys[0]'], key);
  }
});

test('keys that are missing are a fault', (t) => {
  t.deepEqual(faultsOf(fileWith({ keys: [] })), ['CONFIG_INVALID_VALUE keys']);
  t.deepEqual(faultsOf(fileWith({ keys: null })), ['CONFIG_INVALID_VALUE keys']);
});

test('keys with one id are duplicates', (t) => {
  const same = `k1:${OTHER_KEY.slice(3)}`;
  t.deepEqual(faultsOf(fileWith({ keys: [KEY, same] })), ['CONFIG_DUPLICATE keys[1]']);
});

test('keys that nobody drew at random are a warning', (t) => {
  t.deepEqual(faultsOf(fileWith({ keys: [`k1:${'A'.repeat(43)}`] })), ['warning keys[0]']);
});

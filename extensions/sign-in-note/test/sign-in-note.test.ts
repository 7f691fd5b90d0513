import test from 'ava';
import { createTestHost, person, startTenant, type TestHostOptions } from 'entrada/testing';

const extension = new URL('..', import.meta.url);
const FILE = 'https://graph.microsoft.com/v1.0/me/drive/root:/Entrada/last-sign-in.json:/content';
const base: TestHostOptions = { extension, config: { folder: 'Entrada' } };
const at = Date.parse('2026-11-20T09:30:00Z');

test('the note is in the person’s own drive, twice as good as once', async (t) => {
  await using contoso = await startTenant();
  const jane = contoso.person('jane@contoso.example');
  await using host = await createTestHost({ ...base, ...jane.backend });
  const event = { ...jane.signIn({ request: { address: '198.51.100.7' } }), at };
  for (const attempt of [1, 2]) {
    const { failure } = await host.emit('signIn.succeeded', event, { attempt });
    t.is(failure, null);
  }
  const sent = contoso.emulator.journal.all({ endpoint: 'graph.drive' });
  t.deepEqual(
    sent.map(({ method, status }) => [method, status]),
    [
      ['PUT', 201],
      ['PUT', 200],
    ],
  );
});

test('what is written is who, when, and from where', async (t) => {
  const bodies: unknown[] = [];
  const http = {
    [`PUT ${FILE}`]: ({ body }: { body?: unknown }) => {
      bodies.push(JSON.parse(String(body)));
      return { status: 201 };
    },
  };
  await using host = await createTestHost({ ...base, http });
  const signIn = person('jane').from('198.51.100.7').signIn();
  await host.emit('signIn.succeeded', { ...signIn, at });
  t.deepEqual(bodies, [{ username: 'jane', at: '2026-11-20T09:30:00.000Z', from: '198.51.100.7' }]);
});

test('a Graph that fails is a failure, so that it is tried again', async (t) => {
  await using host = await createTestHost({ ...base, http: { [`PUT ${FILE}`]: { status: 503 } } });
  t.like((await host.emit('signIn.succeeded', person().signIn())).failure, { kind: 'throw' });
});

test('without the grant that it cannot do without, it does not start', async (t) => {
  await t.throwsAsync(createTestHost({ ...base, grant: { tokens: [] } }), {
    code: 'EXTENSION_MANIFEST_INVALID',
  });
});

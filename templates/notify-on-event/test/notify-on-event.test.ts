import test from 'ava';
import { createTestHost, person, type CannedAnswer } from 'entrada/testing';

const extension = new URL('..', import.meta.url);
const CHANNEL = 'https://channel.example.com/hooks/1';

function hostFor(answer: CannedAnswer): ReturnType<typeof createTestHost> {
  return createTestHost({
    extension,
    grant: { fetch: [{ name: 'channel', url: CHANNEL, allow: ['POST'] }] },
    http: { [`POST ${CHANNEL}`]: answer },
  });
}

test('a denied sign-in is told to the channel', async (t) => {
  await using host = await hostFor({ status: 202 });
  const { failure, requests } = await host.emit('signIn.denied', person('sam').signIn());
  t.is(failure, null);
  t.like(requests, [{ method: 'POST', url: 'entrada:channel', status: 202 }]);
});

test('a channel that is down is a failure, so that the event is told again', async (t) => {
  await using host = await hostFor({ status: 503 });
  const { failure } = await host.emit('signIn.denied', person('sam').signIn());
  t.like(failure, { kind: 'throw', frames: [{ file: 'index.ts' }] });
});

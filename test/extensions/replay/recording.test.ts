import test from 'ava';

import { EntradaError } from '../../../src/errors.ts';
import type { TokenSource } from '../../../src/extensions/broker/handles.ts';
import type { Invoked } from '../../../src/extensions/invoke.ts';
import { DEFAULT_LIMITS } from '../../../src/extensions/limits.ts';
import type { BuiltExtension } from '../../../src/extensions/load.ts';
import type { Fixture } from '../../../src/extensions/replay/fixture.ts';
import { fixtureHttp } from '../../../src/extensions/replay/fixture-http.ts';
import { createRecorder, type Recorded } from '../../../src/extensions/replay/recording.ts';
import { type HttpClient, type HttpResponse, text } from '../../../src/net/http.ts';
import { NetError } from '../../../src/net/net-error.ts';
import { grantOf, manifestOf } from '../../_support/extensions.ts';
import { scheduleRun } from '../../_support/hook-run.ts';

const ADDRESS = 'https://api.example.com/a';
const BOUNDS = { maxBytes: 1_000, timeoutMs: 1_000 };

const saying = (said: string): HttpResponse => ({
  status: 200,
  statusText: '',
  headers: [],
  body: Buffer.from(said),
});

const NO_TOKENS: TokenSource = { token: async () => undefined };

/** A fixture of a run that does something with a client, or asks for tokens. */
async function record(
  client: HttpClient,
  run: (recorded: HttpClient, signal: AbortSignal, tokens: TokenSource) => Promise<unknown>,
  tokens: TokenSource = NO_TOKENS,
): Promise<Fixture> {
  const kept: Recorded[] = [];
  const config = { grant: grantOf(), config: {} };
  const limits = DEFAULT_LIMITS;
  const extension = { name: 'asking', manifest: manifestOf(), integrity: 'x', config, limits };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as much of it as a recording reads
  const built = { ...extension, grant: { named: [] } } as unknown as BuiltExtension;
  const hookRun = scheduleRun({ tokens, clients: { public: client, any: client } });
  const recording = createRecorder((one) => void kept.push(one)).begin(built, hookRun, 0);
  const ending = new AbortController();
  await run(recording.hookRun.clients.any, ending.signal, recording.hookRun.tokens);
  ending.abort();
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as much of it as a recording reads
  recording.end({ extension: built, result: 'null', failure: null } as unknown as Invoked);
  return kept[0]!.fixture;
}

test('answers are recorded in the order of their requests, whichever of them comes first', async (t) => {
  const first = Promise.withResolvers<void>();
  const client: HttpClient = async ({ body }) => {
    if (body === 'one') await first.promise;
    return saying(`to ${String(body)}`);
  };
  const post = { method: 'POST', url: ADDRESS, ...BOUNDS };
  const fixture = await record(client, async (recorded) => {
    const slow = recorded({ ...post, body: 'one' });
    await recorded({ ...post, body: 'two' });
    first.resolve();
    await slow;
  });
  const { client: replayed, differences } = fixtureHttp(fixture);
  t.is(text(await replayed({ ...post, body: 'one' })), 'to one');
  t.is(text(await replayed({ ...post, body: 'two' })), 'to two');
  t.deepEqual(differences, []);
});

test('a request that nobody waited for any more has no answer in a replay, until it is over', async (t) => {
  const hanging: HttpClient = ({ signal }) =>
    new Promise((_, reject) =>
      signal?.addEventListener('abort', () => reject(new NetError('NET_ABORTED', 'ended'))),
    );
  const get = { method: 'GET', url: ADDRESS, ...BOUNDS };
  const fixture = await record(hanging, async (recorded, signal) => {
    recorded({ ...get, signal }).catch(() => undefined);
  });
  t.deepEqual(fixture.http, { [`GET ${ADDRESS}`]: [{ hangs: true }] });

  const { client: replayed, differences, unused } = fixtureHttp(fixture);
  const ending = new AbortController();
  const asked = replayed({ ...get, signal: ending.signal });
  t.is(await Promise.race([asked, Promise.resolve('nothing yet')]), 'nothing yet');
  ending.abort();
  await t.throwsAsync(asked, { code: 'NET_ABORTED' });
  t.deepEqual([differences, unused()], [[], []]);
});

test('a request that failed is recorded with its code, one that was not sent as unreachable', async (t) => {
  const failures = [
    new NetError('NET_TIMEOUT', 'too late'),
    new EntradaError('ENTRA_UNREACHABLE', 'not now'),
  ];
  const left = failures.values();
  const failing: HttpClient = () => Promise.reject(left.next().value);
  const get = { method: 'GET', url: ADDRESS, ...BOUNDS };
  const { http } = await record(failing, async (recorded) => {
    for (const is of failures) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      t.is(await recorded(get).catch((error: unknown) => error), is, 'it fails as it did');
    }
  });
  t.deepEqual(http, {
    [`GET ${ADDRESS}`]: [{ error: 'NET_TIMEOUT' }, { error: 'NET_UNREACHABLE' }],
  });
});

test('a token that could not be had is recorded by the reason, and its source hears who refuses it', async (t) => {
  const refused: string[] = [];
  const codes = new Map<string, Error>([
    ['https://graph.microsoft.com', new EntradaError('ENTRA_UNREACHABLE', 'no answer')],
    ['https://broken.example', new TypeError('broken')],
  ]);
  const source: TokenSource = {
    refused: (resource) => void refused.push(resource),
    token: async (resource) => {
      const error = codes.get(resource);
      if (error) throw error;
      return undefined;
    },
  };
  const recorded = await record(
    async () => saying(''),
    async (_client, _signal, tokens) => {
      for (const [resource, error] of codes) {
        // oxlint-disable-next-line no-await-in-loop -- one after the other
        t.is(
          await tokens.token(resource).catch((one: unknown) => one),
          error,
          'it fails as it did',
        );
      }
      t.is(await tokens.token('https://none.example'), undefined);
      tokens.refused?.('https://api.example');
    },
    source,
  );
  t.deepEqual(recorded.tokens, {
    'https://graph.microsoft.com': 'ENTRA_UNREACHABLE',
    'https://broken.example': 'SERVER_INTERNAL',
    'https://none.example': 'none',
  });
  t.deepEqual(refused, ['https://api.example']);
});

import test from 'ava';

import { Secret } from '../../../src/config/secret.ts';
import type { HookRun, Invoked } from '../../../src/extensions/invoke.ts';
import type { BuiltExtension } from '../../../src/extensions/load.ts';
import { DEFAULT_LIMITS } from '../../../src/extensions/limits.ts';
import { createRecorder, type Recorded } from '../../../src/extensions/replay/recording.ts';
import type { HttpClient } from '../../../src/net/http.ts';
import { grantOf, manifestOf } from '../../_support/extensions.ts';

/** Says back whatever it was sent. */
const echo: HttpClient = async ({ body }) => ({
  status: 200,
  statusText: '',
  headers: [['content-type', 'text/plain']],
  body: Buffer.from(`not known: ${Buffer.from(body ?? '').toString()}`),
});

/** Records one run of `authenticate` that sends what was typed, and returns it. */
async function record(password: string): Promise<string> {
  const kept: Recorded[] = [];
  const config = { grant: grantOf(), config: {} };
  const limits = DEFAULT_LIMITS;
  const extension = { name: 'partner', manifest: manifestOf(), integrity: 'x', config, limits };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as much of it as a recording reads
  const built = { ...extension, grant: { named: [] } } as unknown as BuiltExtension;
  const secret = new Secret(password);
  const run: HookRun = {
    hook: 'authenticate',
    told: { id: 'sign-in-1', username: 'ada', password },
    attempt: 1,
    idempotencyKey: 'x',
    signIn: 'sign-in-1',
    tokens: { token: async () => undefined },
    clients: { public: echo, any: echo },
    confidential: [secret],
  };
  const recording = createRecorder((one) => void kept.push(one)).begin(built, run, 0);
  const url = `https://id.partner.example/verify?p=${encodeURIComponent(password)}`;
  const bounds = { maxBytes: 1_000, timeoutMs: 1_000 };
  const body = JSON.stringify({ password });
  await recording.hookRun.clients.any({ method: 'POST', url, body, ...bounds });
  const result = JSON.stringify({ verdict: 'accept', id: '1', claims: { typed: `${password}!` } });
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as much of it as a recording reads
  recording.end({ extension: built, result, failure: null } as unknown as Invoked);
  return JSON.stringify(kept);
}

for (const [what, password] of [
  ['a password', 'correct horse/battery+staple'],
  ['a password that is too short to be looked for', 'pw-7!x'],
] as const) {
  test(`${what} is in no recording, whatever was sent, answered and returned`, async (t) => {
    const text = await record(password);
    t.true(text.includes('id.partner.example'), 'something was recorded');
    for (const form of [password, encodeURIComponent(password)]) t.false(text.includes(form), text);
  });
}

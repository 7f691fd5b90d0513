import test from 'ava';

import type { Call } from '../../../sandbox/contract.ts';
import { always } from '../../../src/config/failure-policy.ts';
import type { JobRunner } from '../../../src/extensions/job.ts';
import { assemble } from '../../../src/extensions/load.ts';
import type { Fixture } from '../../../src/extensions/replay/fixture.ts';
import { runFixture } from '../../../src/extensions/replay/run-fixture.ts';
import { GRAPH, grantOf, manifestOf } from '../../_support/extensions.ts';

const MANAGEMENT = 'https://management.azure.com';
const ARM = 'https://storage.azure.com';
const RESOURCES = [GRAPH, MANAGEMENT, ARM];

const REQUESTED = { scopes: [], allow: ['GET /**'], required: false, expose: 'handle' } as const;

/** An extension that is granted a token of each resource. */
function extensionWithTokens() {
  const tokens = RESOURCES.map((resource) => ({ resource, origins: [resource], ...REQUESTED }));
  const config = {
    source: '/nowhere',
    integrity: null,
    mode: 'enforce',
    appliesTo: [],
    grant: grantOf({ tokens }),
    config: {},
    limits: {},
    onFailure: always('deny'),
  } as const;
  const bundle = {
    code: '',
    map: '{"version":3,"sources":[],"names":[],"mappings":""}',
    packages: [],
  };
  return assemble(manifestOf({ tokens }), config, bundle, 'sha256-x');
}

/** What a hook of a fixture is told. */
async function toldOf(more: Partial<Fixture>): Promise<Call> {
  const told: Call[] = [];
  const runner: JobRunner = {
    run: async ({ call }) => {
      told.push(JSON.parse(call));
      return {
        outcome: { ok: true, result: '{"decision":"allow"}' },
        usage: { wallMs: 0, cpuMs: 0, heapBytes: 0 },
      };
    },
  };
  const fixture: Fixture = {
    hook: 'decide',
    event: {},
    config: {},
    secrets: {},
    kv: {},
    http: {},
    ...more,
  };
  await runFixture(extensionWithTokens(), fixture, runner);
  return told[0]!;
}

test('a fixture gives a token of each resource but those that it says there was none of, and why', async (t) => {
  const { tokens, unavailable } = await toldOf({
    tokens: { [MANAGEMENT]: 'none', [ARM]: 'ENTRA_UNREACHABLE' },
  });
  t.deepEqual(Object.keys(tokens), [GRAPH]);
  t.deepEqual(unavailable, { [ARM]: 'ENTRA_UNREACHABLE' });
  const all = await toldOf({});
  t.deepEqual(Object.keys(all.tokens), RESOURCES);
  t.is(all.unavailable, undefined);
});

test('who is asked about credentials has no token in a fixture either', async (t) => {
  t.deepEqual((await toldOf({ hook: 'authenticate' })).tokens, {});
});

import test from 'ava';

import { EntradaError } from '../../../src/errors.ts';
import { Secret } from '../../../src/config/secret.ts';
import type { Requests } from '../../../src/extensions/manifest.ts';
import { DEFAULT_LIMITS, type Limits } from '../../../src/extensions/limits.ts';
import type { BuiltExtension } from '../../../src/extensions/load.ts';
import { differences, refusals } from '../../../src/extensions/versions/reload.ts';
import { takeAgain, type TakingHost } from '../../../src/extensions/versions/take-again.ts';
import { grantOf, manifestOf } from '../../_support/extensions.ts';

const HR = { origin: 'https://hr.example.com', allow: ['GET /v2/people/*'] };
const ASKING: Partial<Requests> = { fetch: [{ ...HR, required: false }] };
const GRANTING = grantOf({ fetch: [{ ...HR, privateAddresses: false }] });

const GRANTED_KEY = { key: { value: new Secret('the-value-of-the-key'), in: ['header'] } } as const;

interface Made {
  readonly requests?: Partial<Requests>;
  readonly grant?: typeof GRANTING;
  /** What the configuration has approved; default: this version. */
  readonly approved?: string | null;
  readonly limits?: Partial<Limits>;
  readonly owner?: string | null;
  readonly dedicated?: boolean;
}

function version(
  integrity: string,
  { requests, grant = grantOf(), approved = integrity, limits, ...rest }: Made = {},
): BuiltExtension {
  const made = {
    id: `gate@${integrity}`,
    name: 'gate',
    integrity,
    manifest: { ...manifestOf(requests), name: 'gate', version: '1.0.0' },
    config: { integrity: approved, grant },
    limits: { ...DEFAULT_LIMITS, ...limits },
    dedicated: false,
    owner: null,
    ...rest,
  };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as much of it as versions are compared by
  return made as unknown as BuiltExtension;
}

const taking = (after: BuiltExtension, otherwise = false): readonly string[] =>
  refusals([version('one')], { extensions: [after], otherwise });

test('a version that asks for what is approved and granted is taken, and what it gained is told', (t) => {
  const after = version('two', { requests: ASKING, grant: GRANTING });
  t.deepEqual(taking(after), []);
  t.deepEqual(differences([version('one')], [after]), {
    taken: [
      {
        name: 'gate',
        version: '1.0.0',
        integrity: 'two',
        asks: ['fetch https://hr.example.com: GET /v2/people/*'],
      },
    ],
    left: [],
  });
});

for (const [what, after, otherwise, says] of [
  [
    'that nobody approved',
    version('two', { requests: ASKING, grant: GRANTING, approved: null }),
    false,
    /Nobody approved it: run entrada extension approve gate\.$/,
  ],
  [
    'of which another one was approved',
    version('two', { requests: ASKING, grant: GRANTING, approved: 'one' }),
    false,
    /Nobody approved it/,
  ],
  [
    'that is not granted what it asks for',
    version('two', { requests: ASKING }),
    false,
    /does not grant it: fetch https:\/\/hr\.example\.com\. .* run entrada extension approve gate again/,
  ],
  [
    'that is granted a part of what it asks for',
    version('two', {
      requests: {
        fetch: [{ ...HR, allow: ['GET /v2/people/*', 'GET /v2/pay/*'], required: false }],
      },
      grant: GRANTING,
    }),
    false,
    /does not grant it: fetch https:\/\/hr\.example\.com: GET \/v2\/pay\/\*\./,
  ],
  [
    'beside which the configuration changed',
    version('two', { requests: ASKING, grant: GRANTING }),
    true,
    /Restart the gateway to take it\.$/,
  ],
] as const) {
  test(`a version with new requests ${what} is refused with the next step`, (t) => {
    const refused = taking(after, otherwise);
    t.is(refused.length, 1);
    t.regex(refused[0]!, /asks for what 1\.0\.0 did not: fetch https:\/\/hr\.example\.com/);
    t.regex(refused[0]!, says);
  });
}

test('a version that asks for nothing new is taken whatever else changed', (t) => {
  t.deepEqual(taking(version('two'), true), []);
  t.deepEqual(taking(version('two', { grant: GRANTING, approved: null })), []);
});

test('what was not granted to the version before is no reason to refuse the next', (t) => {
  const before = version('one', { requests: ASKING });
  const secret = { secrets: ['key'] };
  const grant = grantOf({ secrets: GRANTED_KEY });
  const after = version('two', { requests: { ...ASKING, ...secret }, grant });
  t.deepEqual(refusals([before], { extensions: [after], otherwise: false }), []);
});

for (const [what, change] of [
  ['owner', { owner: 'a supplier' }],
  ['limit of memory', { limits: { memoryMb: 64 } }],
  ['process', { dedicated: true }],
] as const) {
  test(`the version that runs is not taken with another ${what}: its process was started without`, (t) => {
    t.regex(taking(version('one', change)).join(), /Restart the gateway/);
    t.deepEqual(taking(version('two', change)), [], 'another version has a process of its own');
  });
}

/** A host that runs version one, and what it was asked to take. */
function hostOf(take: TakingHost['take'] = async () => undefined) {
  const asked: (readonly BuiltExtension[])[] = [];
  const host: TakingHost = {
    extensions: [version('one')],
    take: (next) => {
      asked.push(next);
      return take(next);
    },
  };
  return { host, asked };
}

const nothing = { ok: false, taken: [], left: [] };
const next = { extensions: [version('two')], faults: [], otherwise: false };

test('what is approved is taken, and what runs is said when it is read', async (t) => {
  const { host, asked } = hostOf();
  const running: string[] = [];
  const reloaded = await takeAgain(host, async (hashes) => {
    running.push(...hashes);
    return next;
  });
  t.like(reloaded, { ok: true, taken: [{ name: 'gate', integrity: 'two' }], refused: [] });
  t.deepEqual([running, asked], [['one'], [next.extensions]]);
});

test('a gateway without extensions takes none, and one that reads nothing again neither', async (t) => {
  const { host, asked } = hostOf();
  const off = await takeAgain(null, async () => next);
  t.deepEqual(off, { ...nothing, refused: ['extensions are off'] });
  const fixed = await takeAgain(host, undefined);
  t.deepEqual(fixed, { ...nothing, refused: ['this gateway takes versions only at its start'] });
  t.deepEqual(asked, []);
});

test('an error of what is read is told with what to do, and nothing is taken', async (t) => {
  const { host, asked } = hostOf();
  const fault = {
    path: 'extensions[0]',
    code: 'EXTENSION_MANIFEST_INVALID' as const,
    message: 'gate is gone.',
    next: 'Put it back.',
  };
  const faults = [{ ...fault, severity: 'error' as const }];
  const reloaded = await takeAgain(host, async () => ({ ...next, faults }));
  t.deepEqual(reloaded, {
    ...nothing,
    refused: ['EXTENSION_MANIFEST_INVALID: gate is gone. Put it back.'],
  });
  t.deepEqual(asked, []);
});

test('whatever breaks while versions are taken is told, and breaks nothing else', async (t) => {
  const unloadable = new EntradaError('EXTENSION_UNLOADABLE', 'gate does not load');
  const refusing = hostOf(() => Promise.reject(unloadable));
  t.deepEqual(await takeAgain(refusing.host, async () => next), {
    ...nothing,
    refused: ['EXTENSION_UNLOADABLE: gate does not load'],
  });
  const broken = (): Promise<never> => Promise.reject(new TypeError('it broke'));
  const { refused } = await takeAgain(hostOf().host, broken);
  t.deepEqual(refused, ['TypeError: it broke']);
});

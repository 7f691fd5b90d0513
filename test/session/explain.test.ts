import test from 'ava';

import type { Patch } from '../../sandbox/contract.ts';
import { type Explained, explainSignIn } from '../../src/session/explain.ts';
import type { InvocationRecord, SignInRecord } from '../../src/session/record.ts';
import { principal } from '../_support/people.ts';

function run(
  extension: string,
  patch: Patch,
  more: Partial<InvocationRecord> = {},
): InvocationRecord {
  return {
    extension,
    version: `sha256-${extension}`,
    hook: 'enrich',
    mode: 'enforce',
    decision: null,
    patch,
    instead: null,
    failure: null,
    hostCalls: [],
    unavailable: [],
    usage: null,
    durationMs: 1,
    ...more,
  };
}

const RECORD: SignInRecord = {
  id: 'sign-in-1',
  startedAt: 0,
  endedAt: 10,
  service: { type: 'file-browser', path: '/' },
  method: { id: 'm1', type: 'entra-id', name: 'Contoso' },
  request: { address: '192.0.2.1', userAgent: 'test', path: '/' },
  outcome: 'allowed',
  code: null,
  denial: null,
  message: null,
  reason: null,
  actor: null,
  next: null,
  aadsts: null,
  correlationId: null,
  verdicts: [],
  principal: null,
  groups: null,
  remarks: [],
  tokens: [],
  extensions: [],
  steps: [],
};

/** As `what name: origin (before: origin)`. */
function story(record: Partial<SignInRecord>): readonly string[] {
  return explainSignIn({ ...RECORD, ...record }).principal.map(lineOf);
}

function lineOf({ what, name, origin, before }: Explained): string {
  const { kind, name: whose, rule } = origin;
  const was = before ? ` (before: ${before.kind} ${before.name})` : '';
  return `${what} ${name}: ${kind} ${whose}${rule === null ? '' : ` by ${rule}`}${was}`;
}

test('every part of the principal has its origin', (t) => {
  const groups = [
    { id: '1', name: 'Staff' },
    { id: '2', name: 'Finance' },
    { id: '3', name: 'Ledgers' },
  ];
  const lines = story({
    principal: principal({
      groups,
      roles: [
        { id: '1', name: 'Reader' },
        { id: '2', name: 'Writer' },
      ],
      claims: { acct: 0, cost_center: '42', tier: 'gold' },
      home: '/x',
      headers: { 'x-tier': 'gold' },
    }),
    claimNames: ['acct', 'tier', 'secret'],
    groups: {
      base: [{ id: '1', name: 'Staff' }],
      matched: [{ id: '2', name: 'Finance' }],
      ignored: [],
      ambiguous: [],
    },
    extensions: [
      run('hr', {
        groups: { add: ['Ledgers', 'Finance'] },
        roles: { add: ['Writer'] },
        claims: { cost_center: '42', secret: null },
        home: '/x',
        headers: { 'x-tier': 'gold' },
      }),
      run(
        'mapping',
        { claims: { tier: 'gold' } },
        { rules: { 'claims: tier': 'tier of the contract' } },
      ),
    ],
  });
  t.deepEqual(lines, [
    'username ada: method Contoso',
    'group Staff: configuration entrada.yaml',
    'group Finance: entra-group Finance',
    'group Ledgers: extension hr',
    'role Reader: configuration entrada.yaml',
    'role Writer: extension hr',
    'claim acct: method Contoso',
    'claim cost_center: extension hr',
    'claim tier: extension mapping by tier of the contract (before: method Contoso)',
    'claim secret: extension hr (before: method Contoso)',
    'home /x: extension hr',
    'header x-tier: extension hr',
  ]);
});

test('what was not applied is nobody’s: patches in shadow mode, and those of a sign-in that was refused before', (t) => {
  const shadow = run('hr', { claims: { tier: 'gold' } }, { mode: 'shadow' });
  t.deepEqual(story({ principal: principal(), extensions: [shadow] }), [
    'username ada: method Contoso',
    'group Staff: configuration entrada.yaml',
  ]);
  const { home: _home, headers: _headers, ...plain } = principal();
  const applied = run('hr', { username: 'eve' });
  t.is(story({ principal: plain, extensions: [applied] })[0], 'username ada: method Contoso');
});

test('a username that an extension changed is its word', (t) => {
  const extensions = [run('hr', { username: 'ada' })];
  t.is(
    story({ principal: principal(), extensions })[0],
    'username ada: extension hr (before: method Contoso)',
  );
});

test('where nobody was recognised there is no principal to explain', (t) => {
  t.deepEqual(story({}), []);
});

import test from 'ava';

import type { Fixture } from '../../../src/extensions/replay/fixture.ts';
import { withoutPerson } from '../../../src/extensions/replay/person.ts';

const OID = '3d0ea5c4-1111-4000-8000-0000000000aa';

const FIXTURE: Fixture = {
  hook: 'decide',
  event: {
    principal: {
      username: 'al',
      upn: 'al@contoso.example',
      name: 'Al Öz',
      oid: OID,
      sub: 'the-sub',
    },
    request: { address: '198.51.100.7' },
  },
  config: { blocked: ['al'] },
  secrets: {},
  kv: { 'seen-al': { by: 'al' } },
  http: {
    [`GET https://hr.example.com/users/al%40contoso.example?id=${OID}`]: {
      text: '{"mail":"al@contoso.example","note":"also signal, al; Al Öz"}',
    },
  },
  expect: { decision: { decision: 'deny', code: 'x', reason: 'al is al@contoso.example' } },
};

test('the person has another name, the same wherever it stands', (t) => {
  const { event, kv, http, expect } = withoutPerson(FIXTURE);
  t.like(event, {
    principal: { username: 'somebody', upn: 'somebody@example.com', name: 'Some Body' },
    request: { address: '192.0.2.1' },
  });
  t.deepEqual(kv, { 'seen-somebody': { by: 'somebody' } });
  const [[route, answer] = []] = Object.entries(http);
  t.is(
    route,
    'GET https://hr.example.com/users/somebody%40example.com?id=00000000-0000-4000-8000-000000000001',
  );
  t.deepEqual(answer, {
    text: '{"mail":"somebody@example.com","note":"also signal, somebody; Some Body"}',
  });
  t.is(JSON.stringify(expect).includes('al@'), false);
});

test('a short name is no part of a longer word', (t) => {
  t.regex(JSON.stringify(withoutPerson(FIXTURE).http), /also signal/);
});

test('what the operator configured stays as it is', (t) => {
  t.deepEqual(withoutPerson(FIXTURE).config, { blocked: ['al'] });
});

test('what is about nobody stays as it is', (t) => {
  const fixture = { ...FIXTURE, event: { at: 0 } };
  t.deepEqual(withoutPerson(fixture), fixture);
});

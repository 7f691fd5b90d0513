import test from 'ava';
import fc from 'fast-check';

import { guardedLookup, isPublicAddress } from '../../src/net/address-guard.ts';

const PRIVATE = [
  '0.0.0.0',
  '10.0.0.1',
  '100.64.0.1',
  '127.0.0.1',
  '127.255.255.254',
  '168.63.129.16',
  '169.254.169.254',
  '172.16.0.1',
  '172.31.255.255',
  '192.168.0.1',
  '198.18.0.1',
  '224.0.0.1',
  '255.255.255.255',
  '::',
  '::1',
  '::127.0.0.1',
  '::ffff:127.0.0.1',
  '::ffff:a9fe:a9fe',
  '0:0:0:0:0:ffff:10.0.0.1',
  '64:ff9b::a9fe:a9fe',
  '2002:7f00:1::',
  'fc00::1',
  'fd12:3456::1',
  'fe80::1',
  'ff02::1',
];

const PUBLIC = ['1.1.1.1', '20.190.160.1', '172.32.0.1', '2606:4700::1111', '::ffff:8.8.8.8'];

for (const address of PRIVATE) {
  test(`${address} is not of the public internet`, (t) => t.false(isPublicAddress(address)));
}
for (const address of PUBLIC) {
  test(`${address} is of the public internet`, (t) => t.true(isPublicAddress(address)));
}

test('a text that is no address is not of the public internet', (t) => {
  for (const text of ['', 'localhost', '1.2.3', '0x7f000001', '127.1', '::1%lo']) {
    t.false(isPublicAddress(text), text);
  }
});

test('an IPv4 address is judged alike in its mapped form', (t) => {
  fc.assert(
    fc.property(
      fc.ipV4(),
      (address) => isPublicAddress(address) === isPublicAddress(`::ffff:${address}`),
    ),
  );
  t.pass();
});

function lookUp(policy: 'any' | 'public', answers: string[], host = 'api.example.com', all = true) {
  const resolve = async () =>
    answers.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
  return new Promise<{ error?: NodeJS.ErrnoException; address?: unknown }>((done) => {
    guardedLookup(policy, resolve)(host, { all }, (error, address) =>
      done(error ? { error } : { address }),
    );
  });
}

test('the look-up refuses a name that resolves to a private address', async (t) => {
  const { error } = await lookUp('public', ['10.1.2.3']);
  t.is(error?.code, 'NET_ADDRESS_REFUSED');
});

test('the look-up refuses a name that resolves to a public and a private address', async (t) => {
  const { error } = await lookUp('public', ['1.1.1.1', '127.0.0.1']);
  t.is(error?.code, 'NET_ADDRESS_REFUSED');
});

test('the refusal does not tell the address', async (t) => {
  const { error } = await lookUp('public', ['10.1.2.3']);
  t.notRegex(String(error?.message), /10\.1\.2\.3/);
});

test('the look-up answers every address of a public name', async (t) => {
  const { address } = await lookUp('public', ['1.1.1.1', '2606:4700::1111']);
  t.deepEqual(address, [
    { address: '1.1.1.1', family: 4 },
    { address: '2606:4700::1111', family: 6 },
  ]);
});

test('the look-up answers the first address where one is asked for', async (t) => {
  const { address } = await lookUp('public', ['1.1.1.1', '1.0.0.1'], 'api.example.com', false);
  t.is(address, '1.1.1.1');
});

test('the look-up lets the operator reach private addresses', async (t) => {
  const { address } = await lookUp('any', ['10.1.2.3'], 'api.example.com', false);
  t.is(address, '10.1.2.3');
});

test('localhost and names below it are loopback without asking a resolver', async (t) => {
  for (const host of ['localhost', 'login.localhost', 'LOGIN.LOCALHOST.']) {
    const { address } = await lookUp('any', ['203.0.113.9'], host, false);
    t.is(address, '127.0.0.1', host);
  }
});

test('localhost is refused where only public addresses are allowed', async (t) => {
  const { error } = await lookUp('public', ['1.1.1.1'], 'graph.localhost');
  t.is(error?.code, 'NET_ADDRESS_REFUSED');
});

test('a name with no address is not found', async (t) => {
  const { error } = await lookUp('any', [], 'nowhere.example', false);
  t.is(error?.code, 'ENOTFOUND');
});

import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';

import test from 'ava';
import fc from 'fast-check';

import { createClientAddress, networkOf } from '../../src/server/client-address.ts';

const TRUSTED = ['10.0.0.0/8', '2001:db8:ffff::/48', '192.0.2.7'];

const from = (remoteAddress: string | undefined, forwarded?: string): string =>
  createClientAddress(TRUSTED)({
    socket: { remoteAddress },
    headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded },
  } as IncomingMessage);

const cases: readonly (readonly [
  what: string,
  remote: string,
  forwarded: string | undefined,
  client: string,
])[] = [
  ['nobody between', '203.0.113.9', undefined, '203.0.113.9'],
  ['a header of a stranger', '203.0.113.9', '1.1.1.1', '203.0.113.9'],
  ['a trusted proxy', '10.1.2.3', '203.0.113.9', '203.0.113.9'],
  ['a trusted single address', '192.0.2.7', '203.0.113.9', '203.0.113.9'],
  ['its neighbour', '192.0.2.8', '203.0.113.9', '192.0.2.8'],
  ['two trusted proxies', '10.1.2.3', '203.0.113.9, 10.9.9.9', '203.0.113.9'],
  ['a forged beginning', '10.1.2.3', '1.1.1.1, 203.0.113.9', '203.0.113.9'],
  ['a forged trusted beginning', '10.1.2.3', '10.4.4.4, 203.0.113.9', '203.0.113.9'],
  ['trusted proxies alone', '10.1.2.3', '10.4.4.4', '10.4.4.4'],
  ['a trusted proxy that says nothing', '10.1.2.3', undefined, '10.1.2.3'],
  ['a trusted proxy that says nonsense', '10.1.2.3', 'unknown', '10.1.2.3'],
  ['nonsense before an address', '10.1.2.3', '<script>, 203.0.113.9', '203.0.113.9'],
  ['nonsense behind an address', '10.1.2.3', '203.0.113.9, _hidden', '10.1.2.3'],
  ['a proxy that writes ports', '10.1.2.3', '203.0.113.9:52100', '203.0.113.9'],
  ['two proxies that write ports', '10.1.2.3', '203.0.113.9:52100, 10.9.9.9:443', '203.0.113.9'],
  ['a proxy that writes ports of IPv6', '10.1.2.3', '[2001:db8:1::5]:52100', '2001:db8:1::5'],
  ['a proxy that writes brackets', '10.1.2.3', '[2001:db8:1::5]', '2001:db8:1::5'],
  ['a port that is none', '10.1.2.3', '203.0.113.9:x', '10.1.2.3'],
  ['empty elements', '10.1.2.3', ' , 203.0.113.9,, ', '203.0.113.9'],
  ['a mapped proxy', '::ffff:10.1.2.3', '203.0.113.9', '203.0.113.9'],
  ['a mapped client', '10.1.2.3', '::ffff:203.0.113.9', '203.0.113.9'],
  ['a mapped stranger', '::FFFF:203.0.113.9', '1.1.1.1', '203.0.113.9'],
  ['a proxy of IPv6', '2001:db8:ffff::1', '2001:db8:1::5', '2001:db8:1::5'],
  ['the same, written out', '2001:0DB8:ffff:0:0:0:0:1', '2001:db8:1::5', '2001:db8:1::5'],
];

for (const [what, remote, forwarded, client] of cases) {
  test(`the client behind ${what} is ${client}`, (t) => t.is(from(remote, forwarded), client));
}

test('a connection that is gone has no address', (t) => {
  t.is(from(undefined, '1.1.1.1'), '');
});

for (const [address, network] of [
  ['203.0.113.9', '203.0.113.9'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
  ['2001:db8:1:2::', '2001:db8:1:2'],
  ['2001:db8::1', '2001:db8:0:0'],
  ['::1', '0:0:0:0'],
  ['::', '0:0:0:0'],
  ['', ''],
] as const) {
  test(`the network of ${address} is ${network}`, (t) => t.is(networkOf(address), network));
}

test('whatever is forwarded, the client is an address, and never one that a stranger wrote', (t) => {
  const hop = fc.oneof(
    fc.string(),
    fc.ipV4(),
    fc.ipV6(),
    fc.constantFrom('10.1.1.1', '::ffff:10.2.2.2'),
  );
  const header = fc.oneof(
    fc.string(),
    fc.array(hop, { maxLength: 8 }).map((hops) => hops.join(', ')),
  );
  const property = fc.property(header, (forwarded) => {
    const client = from('10.1.2.3', forwarded);
    return (
      isIP(client) !== 0 &&
      networkOf(client) !== '' &&
      from('203.0.113.9', forwarded) === '203.0.113.9'
    );
  });
  t.notThrows(() => fc.assert(property, { numRuns: 1000 }));
});

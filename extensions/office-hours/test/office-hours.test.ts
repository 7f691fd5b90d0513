import test from 'ava';
import {
  allows,
  decisionTable,
  createTestHost,
  denies,
  fails,
  person,
  refusesConfig,
  testTime,
  type Scenario,
} from 'entrada/testing';

const extension = new URL('..', import.meta.url);
const config = {
  time_zone: 'Europe/Bucharest',
  days: ['Mon', 'Tue', 'Wed', 'Thu', 'Fri'],
  from: '08:00',
  to: '18:00',
  networks: ['10.0.0.0/8', '2001:db8:10::/48'],
};

const at = (moment: string, address = '198.51.100.7'): Scenario => ({
  extension,
  config,
  time: testTime(moment),
  signIn: person().from(address),
});

test('in working hours people come from anywhere', allows, at('2026-11-20T09:30:00+02:00'));
test('the first minute counts', allows, at('2026-11-20T08:00:00+02:00'));
test('the minute before does not', denies, at('2026-11-20T07:59:59+02:00'), 'office-hours');
test('the last minute does not', denies, at('2026-11-20T18:00:00+02:00'), {
  message:
    'From outside, this service is open Mon, Tue, Wed, Thu, Fri from 08:00 to 18:00 (Europe/Bucharest).',
  reason: 'jane came from 198.51.100.7 on Fri at 18:00',
});
test('summer time is that of the place', denies, at('2026-07-10T15:30:00Z'), 'office-hours');
test('the same hour of the day in winter is open', allows, at('2026-11-20T15:30:00Z'));
test('the day is that of the place', denies, at('2026-11-20T22:30:00Z'), 'office-hours');

test('in the company’s networks the time does not matter', async (t) => {
  const time = testTime('2026-11-22T03:00:00Z'); // a Sunday
  await using host = await createTestHost({ extension, config, time });
  const addresses = [
    '10.1.2.3',
    '::ffff:10.1.2.3',
    '2001:db8:10:ffff::1',
    '11.0.0.1',
    '2001:db8:11::1',
    '::1',
  ];
  const signIns = addresses.map((address) => [address, person().from(address).signIn()]);
  t.deepEqual(await decisionTable(host, Object.fromEntries(signIns)), {
    '10.1.2.3': 'allow',
    '::ffff:10.1.2.3': 'allow',
    '2001:db8:10:ffff::1': 'allow',
    '11.0.0.1': 'deny office-hours',
    '2001:db8:11::1': 'deny office-hours',
    '::1': 'deny office-hours',
  });
});

for (const network of ['10.0.0.0', '10.0.0.0/33', '10.0.0/8', '2001:db8::/x', '2001:zz::/32']) {
  const scenario = {
    ...at('2026-11-20T09:30:00+02:00'),
    config: { ...config, networks: [network] },
  };
  test(`${network} is no network, and nobody gets in`, fails, scenario, { kind: 'throw' });
}

test(
  'a time zone that does not exist lets nobody in',
  fails,
  { ...at('2026-11-20T09:30:00Z'), config: { ...config, time_zone: 'Europe/Atlantis' } },
  { kind: 'throw' },
);
test('an hour that is none is refused', refusesConfig, { extension }, { ...config, from: '25:00' });
test(
  'a day that is none is refused',
  refusesConfig,
  { extension },
  { ...config, days: ['Funday'] },
);

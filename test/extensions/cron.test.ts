import test from 'ava';

import { cronFault, nextTime } from '../../src/extensions/cron.ts';

const at = (text: string): number => Date.parse(text);

test('the next time is after the one that is given, also when that is one itself', (t) => {
  const schedule = { cron: '0 3 * * *', timezone: 'UTC' };
  t.is(nextTime(schedule, at('2026-01-05T02:59:59Z')), at('2026-01-05T03:00:00Z'));
  t.is(nextTime(schedule, at('2026-01-05T03:00:00Z')), at('2026-01-06T03:00:00Z'));
});

test('times are those of the time zone', (t) => {
  const schedule = { cron: '0 3 * * 1-5', timezone: 'Europe/Bucharest' };
  t.is(nextTime(schedule, at('2026-01-02T12:00:00Z')), at('2026-01-05T01:00:00Z'), 'a Monday');
});

test('a time that summer time leaves out comes after the gap, and one that it doubles comes once', (t) => {
  const schedule = { cron: '30 2 * * *', timezone: 'Europe/Berlin' };
  const spring = nextTime(schedule, at('2026-03-28T12:00:00Z'))!;
  t.true(spring >= at('2026-03-29T01:00:00Z') && spring <= at('2026-03-29T01:30:00Z'));
  const autumn = nextTime(schedule, at('2026-10-24T12:00:00Z'))!;
  t.is(nextTime(schedule, autumn), at('2026-10-26T01:30:00Z'));
});

for (const cron of ['', '0 3 * *', '60 3 * * *', '* * * * * *', '0 3 31 2 *', '@reboot', 'nightly'])
  test(`${JSON.stringify(cron)} is no time of a schedule`, (t) => {
    t.is(cronFault({ cron, timezone: 'UTC' }), 'cron');
  });

test('a time zone that nobody knows is none', (t) => {
  t.is(cronFault({ cron: '0 3 * * *', timezone: 'Mars/Olympus' }), 'timezone');
  t.is(cronFault({ cron: '0 3 * * *', timezone: 'Europe/Bucharest' }), undefined);
});

import { allow, deny, type Extension } from 'entrada/extension';

import { isInNetwork } from './network.ts';

interface Config {
  time_zone: string;
  days: string[];
  /** As in 08:00; the minute itself counts. */
  from: string;
  /** As in 18:00; the minute itself does not count. */
  to: string;
  networks: string[];
}

/** In the company's own networks at any time; from elsewhere in working hours. */
export default {
  decide(signIn, ctx) {
    const { address } = signIn.request;
    if (ctx.config.networks.some((network) => isInNetwork(address, network))) return allow();
    const { day, time } = localTime(new Date(), ctx.config.time_zone);
    if (ctx.config.days.includes(day) && ctx.config.from <= time && time < ctx.config.to)
      return allow();
    return deny('office-hours', {
      message: `From outside, this service is open ${ctx.config.days.join(', ')} from ${ctx.config.from} to ${ctx.config.to} (${ctx.config.time_zone}).`,
      reason: `${signIn.principal.username} came from ${address} on ${day} at ${time}`,
    });
  },
} satisfies Extension<Config>;

/** The wall clock of a time zone, summer time and all. */
function localTime(now: Date, timeZone: string): { day: string; time: string } {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  const parts = Object.fromEntries(
    format.formatToParts(now).map(({ type, value }) => [type, value]),
  );
  return { day: parts['weekday'] ?? '', time: `${parts['hour']}:${parts['minute']}` };
}

import { allow, type Context, deny, type Extension } from 'entrada/extension';

const RISK = 'https://risk.example.com/v1';

/** What the risk service says of somebody at an address with a browser. */
interface Assessment {
  level: 'none' | 'some' | 'high';
  /** How long that may be relied on. */
  minutes: number;
}

/** Somebody whose risk became high, oldest first. `at` is a number that grows. */
interface Alert {
  subject: string;
  at: number;
}

/**
 * Denies where the risk is high; elsewhere the session ends when the risk service wants to be asked again, and at once when
 * it raises an alarm.
 */
export default {
  async decide({ principal, request }, ctx) {
    const body = JSON.stringify({ subject: principal.oid, ...request });
    const { level, minutes }: Assessment = await ask(ctx, '/assessments', body);
    if (level === 'high') return deny('risk', { message: 'This sign-in looks unusual.' });
    if (level === 'some') await ctx.share('minutes', minutes);
    return allow();
  },
  enrich({ shared }) {
    const minutes = shared['risk-session.minutes'];
    if (typeof minutes !== 'number') return undefined;
    return { session: { absolute: minutes * 60, idle: Math.min(minutes * 60, 300) } };
  },
  async schedule(_, ctx) {
    const since = Number((await ctx.kv.get('since')) ?? 0);
    const alerts: Alert[] = await ask(ctx, `/alerts?since=${since}`);
    for (const { subject, at } of alerts) {
      const ended = await ctx.sessions.end({ oid: subject }, 'risk');
      if (ended > 0) ctx.log.warn(`${ended} sessions of ${subject} ended`);
      await ctx.kv.set('since', at); // a run that fails goes on here
    }
  },
} satisfies Extension;

async function ask<Answer>(ctx: Context, path: string, body?: string): Promise<Answer> {
  const response = await fetch(RISK + path, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { 'x-api-key': ctx.secrets['risk_key'] ?? '', 'content-type': 'application/json' },
    body: body ?? null,
    signal: ctx.signal,
  });
  if (!response.ok) throw new Error(`the risk service answered ${response.status}`);
  return response.json();
}

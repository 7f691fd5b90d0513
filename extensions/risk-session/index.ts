import { allow, deny, type Extension } from 'entrada/extension';

/** What the risk service says of somebody at an address with a browser. */
interface Assessment {
  level: 'none' | 'some' | 'high';
  /** How long that may be relied on. */
  minutes: number;
}

/** Denies where the risk is high; elsewhere the session ends when the risk service wants to be asked again. */
export default {
  async decide({ principal, request }, ctx) {
    const response = await fetch('https://risk.example.com/v1/assessments', {
      method: 'POST',
      headers: { 'x-api-key': ctx.secrets['risk_key'] ?? '', 'content-type': 'application/json' },
      body: JSON.stringify({ subject: principal.oid, ...request }),
      signal: ctx.signal,
    });
    if (!response.ok) throw new Error(`the risk service answered ${response.status}`);
    const { level, minutes }: Assessment = await response.json();
    if (level === 'high') return deny('risk', { message: 'This sign-in looks unusual.' });
    if (level === 'some') await ctx.share('minutes', minutes);
    return allow();
  },
  enrich({ shared }) {
    const minutes = shared['risk-session.minutes'];
    if (typeof minutes !== 'number') return undefined;
    return { session: { absolute: minutes * 60, idle: Math.min(minutes * 60, 300) } };
  },
} satisfies Extension;

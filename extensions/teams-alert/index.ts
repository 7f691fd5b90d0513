import type { Context, Extension, SignInRefused } from 'entrada/extension';

interface Config {
  /** Codes of denials that are told. Left out: all. */
  codes?: string[];
}

/** A message is told once, whatever comes twice. Unit: seconds. */
const REMEMBERED = 24 * 3600;

/** Tells a channel of Microsoft Teams who was not let in, and why. */
export default {
  events: {
    async 'signIn.denied'(event, ctx) {
      const { codes } = ctx.config;
      if (codes && !codes.includes(event.denial ?? '')) return;
      await once(event.idempotencyKey, ctx, () => post(event, ctx));
    },
  },
} satisfies Extension<Config>;

async function post(event: SignInRefused, ctx: Context<Config>): Promise<void> {
  const response = await ctx.fetch('entrada:teams', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(cardOf(event)),
    signal: ctx.signal,
  });
  // What is thrown is tried again later, with longer and longer pauses.
  if (!response.ok) throw new Error(`Teams answered ${response.status}`);
}

/** An event comes at least once: a second time when the gateway was ended before it could note the first. */
async function once(key: string, ctx: Context<Config>, act: () => Promise<void>): Promise<void> {
  if ((await ctx.kv.get(`told/${key}`)) !== undefined) return;
  await act();
  await ctx.kv.set(`told/${key}`, true, { ttl: REMEMBERED });
}

/** A message with a card, as a workflow of Teams takes it. */
function cardOf({ principal, denial, code, reason, request, service, id }: SignInRefused): object {
  const facts = {
    Person: principal?.upn ?? principal?.username ?? 'unknown',
    Reason: reason ?? denial ?? code,
    Service: `${service.type} ${service.path}`,
    From: request.address,
    'Sign-in': id,
  };
  return {
    type: 'message',
    attachments: [
      {
        contentType: 'application/vnd.microsoft.card.adaptive',
        content: {
          type: 'AdaptiveCard',
          version: '1.4',
          body: [
            { type: 'TextBlock', weight: 'bolder', text: 'Somebody was not let in' },
            {
              type: 'FactSet',
              facts: Object.entries(facts).map(([title, value]) => ({ title, value })),
            },
          ],
        },
      },
    ],
  };
}

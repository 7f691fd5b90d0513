import type { Extension, SessionsOf } from 'entrada/extension';

export default {
  events: {
    async 'signIn.succeeded'(event, ctx) {
      const ended: number = await ctx.sessions.end(
        { ...event.principal, signIn: event.id },
        'no-licence',
      );
      ctx.log.info(ended);
    },
    'session.ended'(event, ctx) {
      if (event.reason === 'extension') ctx.log.info(event.by?.extension, event.by?.code);
    },
  },
  async schedule(_, ctx) {
    const people: readonly SessionsOf[] = [{ oid: 'a1' }, { oid: 'b2', tid: 't' }];
    for (const person of people) await ctx.sessions.end(person, 'at-risk');
  },
} satisfies Extension;

import type { Extension } from 'entrada/extension';

/** Events, schedules, and work that is left for later. */
export default {
  events: {
    async 'signIn.succeeded'(event, ctx) {
      ctx.log.info(event.name, event.at, event.principal.username, event.idempotencyKey);
      await ctx.enqueue('work.welcome', { to: event.principal.email ?? null }, { delay: 60 });
    },
    'signIn.denied'(event, ctx) {
      ctx.log.info(event.code, event.denial, event.message, event.reason, event.principal?.upn);
    },
    'signIn.failed': async (event, ctx) => ctx.log.warn(event.code),
    'session.ended': (event, ctx) => ctx.log.info(event.reason, event.since, event.attempt),
    'work.welcome': (event, ctx) => ctx.log.info(event.payload, event.signIn?.id),
  },
  schedule(run, ctx) {
    ctx.log.info(run.at, run.invocation, run.attempt);
  },
} satisfies Extension;

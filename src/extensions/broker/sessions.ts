import { z } from 'zod';

import type { EndSessionsCall, HostAnswer, SessionsOf } from '../../../sandbox/contract.ts';
import { isEntradaError } from '../../errors.ts';
import type { HostCallRecord } from '../record.ts';

/** Sessions, as far as one extension may do something about them; the gateway wires it. */
export interface SessionDesk {
  /** How many there are that it may end. */
  count(of: SessionsOf): Promise<number>;
  /** Ends them, and answers how many; undefined, and none is ended, when the extension has ended as many as it may. */
  end(call: EndSessionsCall): Promise<number | undefined>;
}

/** What the end of sessions is asked with. */
export interface EndSessionsContext {
  /** Left out: a person waits for the hook. */
  readonly desk: SessionDesk | undefined;
  readonly granted: boolean;
  readonly shadow: boolean;
  /** Told before anything is ended. */
  readonly changing: () => void;
  /** Hears what came of it, whatever that is. */
  readonly record: (call: HostCallRecord) => void;
}

const ID = /^[A-Za-z0-9._@:+=-]{1,128}$/;

/** What `ctx.sessions.end` asks for. */
export const END_SESSIONS: z.ZodType<EndSessionsCall> = z.strictObject({
  oid: z.string().regex(ID),
  tid: z.string().regex(ID).exactOptional(),
  signIn: z.string().regex(ID).exactOptional(),
  code: z.string().regex(/^[a-z0-9_-]{1,64}$/),
});

/** Ends sessions of a person, where both sides said so and nobody waits. */
export async function endSessions(
  call: EndSessionsCall,
  context: EndSessionsContext,
): Promise<HostAnswer> {
  const before = performance.now();
  const done = (answer: Ended): HostAnswer => {
    context.record(recordOf(call, answer, performance.now() - before));
    const { code, message = '', ended } = answer;
    return ended === undefined
      ? { ok: false, error: { code: code ?? '', message } }
      : { ok: true, value: ended };
  };
  try {
    return done(await attempt(call, context));
  } catch (error) {
    if (!isEntradaError(error)) throw error;
    const message = `no session is ended now (${error.code})`;
    return done({ code: 'SESSIONS_UNAVAILABLE', message });
  }
}

/** How many it ended, or would have; or why it ended none. */
interface Ended {
  readonly ended?: number;
  readonly code?: string;
  readonly message?: string;
}

async function attempt(call: EndSessionsCall, context: EndSessionsContext): Promise<Ended> {
  const { desk, granted, shadow, changing } = context;
  if (!granted) {
    return { code: 'SESSIONS_NOT_GRANTED', message: 'ending sessions is not granted' };
  }
  if (!desk) {
    const message = 'sessions are ended in events and schedule alone, where no person waits';
    return { code: 'SESSIONS_REFUSED', message };
  }
  if (shadow) return { ended: await desk.count(call), code: 'SHADOW_NOT_SENT' };
  changing();
  const ended = await desk.end(call);
  if (ended !== undefined) return { ended };
  const message = 'this extension has ended as many sessions as it may for now';
  return { code: 'SESSIONS_LIMIT', message };
}

function recordOf({ oid, code: why }: EndSessionsCall, answer: Ended, ms: number): HostCallRecord {
  const { code = null, ended } = answer;
  return {
    method: 'END',
    url: `entrada:sessions/${oid}`,
    status: null,
    rule: code === 'SESSIONS_NOT_GRANTED' ? null : 'sessions: end',
    code,
    ...(ended === undefined ? {} : { done: `${why}: ${ended} ended` }),
    ms: Math.round(ms * 10) / 10,
  };
}

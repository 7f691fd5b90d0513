import { z } from 'zod';
import { type EndpointSelector, isSelector } from '../endpoints.ts';
import type { Failure, Fault } from '../faults.ts';
import { isTamperName, type TamperName } from '../tamper/catalogue.ts';
import { MAX_OFFSET_MS } from '../time.ts';

const retryAfter = z.number().or(z.string()).optional();
const status = z.number().int().min(200).max(599);

/** Failures as JSON says them. */
const failureSchema: z.ZodType<Failure> = z.union([
  z.strictObject({ aadsts: z.number().int(), status: status.optional(), retryAfter }),
  z.strictObject({
    graph: z.string(),
    status: status.optional(),
    retryAfter,
    message: z.string().optional(),
  }),
  z.strictObject({ storage: z.string(), status: status.optional(), retryAfter }),
  z.strictObject({
    challenge: z.record(z.string(), z.unknown()),
    status: z.literal([401, 403]).optional(),
  }),
  z.strictObject({
    status,
    headers: z.record(z.string(), z.string()).optional(),
    body: z.string().optional(),
  }),
]);

const faultSchema: z.ZodType<Fault> = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('fail'), failure: failureSchema }),
  z.strictObject({ kind: z.literal('delay'), ms: z.number().nonnegative() }),
  z.strictObject({ kind: z.literal('hang') }),
  z.strictObject({ kind: z.literal('half-close') }),
  z.strictObject({ kind: z.literal('reset') }),
  z.strictObject({
    kind: z.literal('trickle'),
    bytes: z.number().int().positive(),
    pauseMs: z.number().nonnegative(),
  }),
]);

const selector = z.custom<EndpointSelector>(
  (value) => typeof value === 'string' && isSelector(value),
);
const tamperName = z.custom<TamperName>(
  (value) => typeof value === 'string' && isTamperName(value),
);
const times = z.number().int().positive().optional();

/** `{ endpoint, fault, times }` */
export const faultOrder: z.ZodType<{
  readonly endpoint: EndpointSelector;
  readonly fault: Fault;
  readonly times?: number | undefined;
}> = z.strictObject({ endpoint: selector, fault: faultSchema, times });

const offset = z.number().min(-MAX_OFFSET_MS).max(MAX_OFFSET_MS).optional();

/** `{ advanceMs }` or `{ skewMs }` */
export const timeOrder: z.ZodType<{
  readonly advanceMs?: number | undefined;
  readonly skewMs?: number | undefined;
}> = z.strictObject({ advanceMs: offset, skewMs: offset });

/** `{ action }` */
export const keyOrder: z.ZodType<{ readonly action: 'rotate' | 'emergencyRotate' | 'add' }> =
  z.strictObject({ action: z.enum(['rotate', 'emergencyRotate', 'add']) });

/** `{ name, times, channel }` */
export const tamperOrder: z.ZodType<{
  readonly name: TamperName;
  readonly times?: number | undefined;
  readonly channel?: 'authorize' | 'token' | undefined;
}> = z.strictObject({
  name: tamperName,
  times,
  channel: z.enum(['authorize', 'token']).optional(),
});

/** `{ person, application, scopes }` */
export const consentOrder: z.ZodType<{
  readonly person: string;
  readonly application: string;
  readonly scopes?: readonly string[] | undefined;
}> = z.strictObject({
  person: z.string(),
  application: z.string(),
  scopes: z.array(z.string()).optional(),
});

/** `{ person, reason }` */
export const revocationOrder: z.ZodType<{
  readonly person: string;
  readonly reason?: 50173 | 50132 | 50133 | undefined;
}> = z.strictObject({ person: z.string(), reason: z.literal([50173, 50132, 50133]).optional() });

/** `{ application, uri, platform }` */
export const redirectUriOrder: z.ZodType<{
  readonly application: string;
  readonly uri: string;
  readonly platform?: 'web' | 'spa' | 'public' | undefined;
}> = z.strictObject({
  application: z.string(),
  uri: z.string(),
  platform: z.enum(['web', 'spa', 'public']).optional(),
});

import { writeFileSync } from 'node:fs';

import { z } from 'zod';

import type { HookName, Json, JsonObject } from '../../../sandbox/contract.ts';
import type { ExtensionConfig, Fault } from '../../config/config.ts';
import { readDocument } from '../../config/document.ts';
import type { Finding } from '../../config/document/finding.ts';
import { withTraits } from '../../config/document/traits.ts';
import { word } from '../../config/schema/forms.ts';
import { readJson } from '../../config/values/json.ts';
import { take } from '../../config/schema/forms.ts';
import { type ErrorCode, isErrorCode } from '../../errors.ts';
import type { NetErrorCode } from '../../net/net-error.ts';
import { tryReadText } from '../read-text.ts';
import type { Seed } from '../seed.ts';
import { fixtureGrant, type FixtureGrant } from './fixture-grant.ts';

/** Hooks that a fixture can be of. */
export type FixtureHook = Exclude<HookName, 'describe' | 'evaluate'>;

/** What a server answered, or is to answer: a status with a body, or why there is none. */
export interface FixtureAnswer {
  /** Default 200. */
  readonly status?: number | undefined;
  readonly headers?: { readonly [name: string]: string } | undefined;
  /** The body, as JSON. */
  readonly json?: Json | undefined;
  /** The body as it is. */
  readonly text?: string | undefined;
  /** The body's bytes, in base64. */
  readonly base64?: string | undefined;
  /** `NET_TIMEOUT`, for example: there was no answer. */
  readonly error?: NetErrorCode | undefined;
  /** There is no answer until the run is over. */
  readonly hangs?: true | undefined;
  /** The body that was sent: another one is a difference. Left out: any. */
  readonly sent?: string | undefined;
}

/**
 * One run of one hook, with all that it depends on: what it is told, what answers it, what it kept before, and what time it
 * is. An author writes one by hand, or a gateway in recording mode writes it.
 */
export interface Fixture {
  readonly hook: FixtureHook;
  /** Of the event, for `event`. */
  readonly name?: string | undefined;
  /** What the hook is told; what is left out is made up. */
  readonly event: JsonObject;
  /** ISO 8601. `Date` stands still there. Left out: now. */
  readonly at?: string | undefined;
  /** What is random comes of it, and is the same in each run. Left out: of one that is always the same. */
  readonly seed?: Seed | undefined;
  readonly config: JsonObject;
  /** What the operator gave, of what the manifest asks for. Left out: all of it. */
  readonly grant?: FixtureGrant | undefined;
  /** Resources that there was no token of, with the code of the reason; `none` where nothing was wrong. */
  readonly tokens?: { readonly [resource: string]: ErrorCode | 'none' } | undefined;
  /** Limits that the operator set. */
  readonly limits?: ExtensionConfig['limits'] | undefined;
  /** Left out: `enforce`. */
  readonly mode?: 'shadow' | 'enforce' | undefined;
  /** Values by name; those left out are made up. */
  readonly secrets: { readonly [name: string]: string };
  /** What the extension kept before, by key. */
  readonly kv: JsonObject;
  /** Answers by `METHOD URL`; a list is answered from once each, in order. `entrada:NAME` is a destination by its name. */
  readonly http: { readonly [route: string]: FixtureAnswer | readonly FixtureAnswer[] };
  /** How many sessions `ctx.sessions.end` finds, by object id of the person; a list is answered from in order. */
  readonly sessions?: { readonly [oid: string]: number | readonly number[] } | undefined;
  /** What comes of it: members of `decision`, `patch`, `result` or `failure`. Left out: anything. */
  readonly expect?: JsonObject | undefined;
  /** Where it comes from; null when somebody wrote it. */
  readonly recorded?: JsonObject | undefined;
}

/** A fixture that says nothing: everything is made up, and nothing is answered. */
export const NOTHING_GIVEN: Omit<Fixture, 'hook'> = {
  event: {},
  config: {},
  secrets: {},
  kv: {},
  http: {},
};

const json = z
  .record(z.string(), z.unknown())
  .transform((given, context): JsonObject => take(readJson(given), context));

const NET_ERRORS = [
  'NET_UNREACHABLE',
  'NET_TLS',
  'NET_PROXY',
  'NET_TIMEOUT',
  'NET_TOO_LARGE',
  'NET_ABORTED',
  'NET_ADDRESS_REFUSED',
  'NET_PROTOCOL',
] as const satisfies readonly NetErrorCode[];

const answer: z.ZodType<FixtureAnswer> = z
  .strictObject({
    status: z.number().int().min(200).max(599).optional(),
    headers: z.record(z.string(), z.string()).optional(),
    json: z.json().optional(),
    text: z.string().optional(),
    base64: z.string().optional(),
    error: z.enum(NET_ERRORS).optional(),
    hangs: z.literal(true).optional(),
    sent: z.string().optional(),
  })
  .describe('An answer: status, headers, and one of json, text, base64; or error, or hangs.');

/** `METHOD URL`. */
const ROUTE = /^[A-Z]+ (?:https:\/\/\S+|entrada:[a-z][\w-]*)$/;

const http = withTraits(
  z.record(z.string().regex(ROUTE), z.union([answer, z.array(answer).min(1)])),
  {
    expects:
      "answers by 'METHOD URL', as in 'GET https://graph.microsoft.com/v1.0/me': { json: {} }",
  },
);

const errorCode = z.custom<ErrorCode>(isErrorCode, 'the code of an error');

const amount = z.number().int().min(1).exactOptional();

const count = z.number().int().min(0);

/** The schema of a fixture's file. */
export const fixtureSchema: z.ZodType<Fixture> = z.strictObject({
  hook: word('authenticate', 'decide', 'enrich', 'event', 'schedule').describe('The hook.'),
  name: z.string().optional().describe('Name of the event.'),
  event: json.prefault({}).describe('What the hook is told; what is left out is made up.'),
  seed: z.string().min(1).optional().describe('What is random comes of it.'),
  at: z.iso.datetime({ offset: true }).optional().describe('When it is: Date stands still there.'),
  config: json.prefault({}).describe('The operator’s config.'),
  grant: fixtureGrant
    .optional()
    .describe('What the operator gave. Left out: all that the manifest asks for.'),
  tokens: z
    .record(z.string(), z.union([z.literal('none'), errorCode]))
    .optional()
    .describe('Resources without a token, and the code of why.'),
  limits: z
    .strictObject({ wallMs: amount, cpuMs: amount, memoryMb: amount })
    .optional()
    .describe('Limits that the operator set.'),
  mode: z.enum(['shadow', 'enforce']).optional().describe('Left out: enforce.'),
  secrets: z.record(z.string(), z.string()).prefault({}).describe('Values of secrets, by name.'),
  kv: json.prefault({}).describe('What the extension kept before.'),
  http: http.prefault({}).describe('What servers answer.'),
  sessions: z
    .record(z.string(), z.union([count, z.array(count).min(1)]))
    .optional()
    .describe('Sessions that there are to be ended, by object id of the person.'),
  expect: json.optional().describe('What comes of it.'),
  recorded: json.optional().describe('Where it was recorded.'),
});

/** A fixture, or everything that is wrong with its file. `report` gives what is found later its place in the file. */
export type ReadFixture =
  | {
      readonly ok: true;
      readonly fixture: Fixture;
      readonly report: (findings: readonly Finding[]) => readonly Fault[];
    }
  | { readonly ok: false; readonly faults: readonly Fault[] };

/** Reads a fixture, YAML or JSON; all its faults in one run. */
export async function readFixture(file: string): Promise<ReadFixture> {
  const given = await tryReadText(file);
  if (!given.ok) return { ok: false, faults: [unreadable(file, given.code)] };
  const read = readDocument(given.text, file, fixtureSchema);
  if (!read.ok) return { ok: false, faults: read.faults };
  return { ok: true, fixture: read.value, report: read.report };
}

function unreadable(file: string, code: string): Fault {
  return {
    severity: 'error',
    code: 'EXTENSION_UNREADABLE',
    message: `The fixture ${file} cannot be read (${code}).`,
    next: 'Name a file that says which hook runs and what it is told.',
    path: '',
  };
}

/** Writes a fixture for its owner alone: it may tell of a person. */
export function writeFixture(file: string, fixture: Fixture): void {
  writeFileSync(file, `${JSON.stringify(fixture, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
}

import { MAX_URL } from '../../src/extensions/broker/authorise.ts';
import { MAX_ENQUEUED, MAX_PAYLOAD, MAX_SHARED } from '../../src/extensions/broker/broker.ts';
import { MAX_LINKS } from '../../src/extensions/broker/held-links.ts';
import { MAX_KEY, MAX_KEYS, MAX_TTL, MAX_VALUE } from '../../src/extensions/broker/kv.ts';
import { MAX_DATA, MAX_LIFETIME } from '../../src/extensions/broker/sign.ts';
import {
  backgroundLimits,
  DEFAULT_LIMITS,
  DEFAULT_RATE,
  type Limits,
} from '../../src/extensions/limits.ts';
import { MAX_NESTING } from '../../src/extensions/nesting.ts';
import { END_RATE } from '../../src/session/extension-sessions.ts';

const number = (value: number): string => value.toLocaleString('en');

interface Limit {
  readonly what: string;
  readonly unit: 'ms' | 'MiB' | 'bytes' | 'characters' | '';
  /** The most that an operator may write; left out: it is fixed. */
  readonly ceiling?: string;
  readonly reason: string;
  /** Kind and code of what happens beyond it. */
  readonly beyond: string;
}

/** Every limit of an invocation. A limit without its row does not compile. */
const LIMITS = {
  wallMs: {
    what: '`limits.wall`: one run, waiting included, by the gateway’s clock',
    unit: 'ms',
    ceiling: '30 s',
    reason:
      'A person waits in front of a browser; one or two seconds are too tight for a cold API.',
    beyond: '`timeout` `WALL`',
  },
  cpuMs: {
    what: '`limits.cpu`: computing, the isolate’s share of its process’s CPU time, with the host’s work on its behalf',
    unit: 'ms',
    ceiling: '5 s',
    reason: 'A decision compares a few values: more is a loop.',
    beyond: '`cpu` `CPU`',
  },
  memoryMb: {
    what: '`limits.memory`: the isolate’s heap and buffers',
    unit: 'MiB',
    ceiling: '512 MB',
    reason: 'An object of a million keys ends a process at 64 and passes at 128.',
    beyond: '`memory` `MEMORY`, `ISOLATE_LOST` or `RUNNER_CRASHED`',
  },
  hostCalls: {
    what: 'calls of the host: `fetch`, `ctx.kv`, `ctx.sign`, `ctx.share`, `ctx.sessions`, compression, cryptography',
    unit: '',
    reason: 'As a hosted worker has.',
    beyond: '`limit` `HOST_CALLS`',
  },
  concurrentHostCalls: {
    what: 'calls of the host at a time',
    unit: '',
    reason: 'As a browser has to one host.',
    beyond: 'they wait their turn',
  },
  timers: {
    what: 'timers that are set',
    unit: '',
    reason: 'Each is kept by the runner.',
    beyond: '`limit` `TIMERS`',
  },
  messages: {
    what: 'calls, timers and lines together',
    unit: '',
    reason: 'What is more is a flood.',
    beyond: '`limit` `MESSAGES`',
  },
  messageLength: {
    what: 'one message to the host',
    unit: 'characters',
    reason: 'A request body of the largest size in base64, and its headers.',
    beyond: 'the call fails as `MESSAGE_TOO_LARGE`; `limit` `MESSAGE_LENGTH`',
  },
  sentLength: {
    what: 'all messages to the host together',
    unit: 'characters',
    reason: 'A dozen request bodies of the largest size.',
    beyond: '`limit` `SENT_LENGTH`',
  },
  answeredLength: {
    what: 'all answers of the host together',
    unit: 'characters',
    reason: 'A dozen answers of the largest size.',
    beyond: '`limit` `ANSWERED_LENGTH`',
  },
  logLines: {
    what: 'lines of the log',
    unit: '',
    reason: 'The log belongs to everybody.',
    beyond: 'they are dropped, and the last line says so',
  },
  logLineLength: {
    what: 'one line of the log',
    unit: 'characters',
    reason: 'A stack trace fits.',
    beyond: 'it is cut',
  },
  callLength: {
    what: 'what a hook is told: event and config',
    unit: 'characters',
    reason: 'A person in two thousand groups fits.',
    beyond: '`limit` `CALL_LENGTH`, before it is run',
  },
  resultLength: {
    what: 'what a hook returns',
    unit: 'characters',
    reason: 'A decision is a line; a patch is a page.',
    beyond: '`limit` `RESULT_LENGTH`',
  },
  resultDepth: {
    what: 'nesting of what a hook returns',
    unit: '',
    reason: 'Nothing that is walked by recursion is deeper.',
    beyond: '`invalid_result` `RESULT_TOO_COMPLEX`',
  },
  resultNodes: {
    what: 'values in what a hook returns',
    unit: '',
    reason: 'As for its length.',
    beyond: '`invalid_result` `RESULT_TOO_COMPLEX`',
  },
  requestBytes: {
    what: 'body of one request',
    unit: 'bytes',
    reason: 'What is larger is a file; Graph takes those in pieces.',
    beyond: 'the call fails as `REQUEST_TOO_LARGE`',
  },
  responseBytes: {
    what: 'body of one answer, unpacked',
    unit: 'bytes',
    reason: 'A page of a thousand people fits.',
    beyond: 'the call fails as `NET_TOO_LARGE`',
  },
  requestMs: {
    what: 'one request',
    unit: 'ms',
    reason: 'One slow API leaves time to deny with a reason.',
    beyond: 'the call fails as `NET_TIMEOUT`',
  },
  redirects: {
    what: 'redirects of one request, each of them authorized anew',
    unit: '',
    reason: 'More is a loop.',
    beyond: 'the call fails as `REDIRECT_REFUSED`',
  },
} satisfies { readonly [name in keyof Limits]: Limit };

/** `docs/reference/limits.md`. */
export function limitsPage(): string {
  const defaults = new Map(Object.entries(DEFAULT_LIMITS));
  const rows = Object.entries(LIMITS).map(([name, limit]) => row(name, limit, defaults.get(name)));
  return `${HEAD}${rows.join('\n')}\n${tail()}`;
}

function row(name: string, limit: Limit, value = 0): string {
  const { what, unit, ceiling = 'fixed', reason, beyond } = limit;
  const amount = `${number(value)}${unit === '' ? '' : ` ${unit}`}`;
  return `| \`${name}\` | ${what} | ${amount} | ${ceiling} | ${beyond} | ${reason} |`;
}

/** The limits that are others there. */
function inBackground(): readonly string[] {
  const others = new Map(Object.entries(backgroundLimits(DEFAULT_LIMITS)));
  return Object.entries(LIMITS).flatMap(([name, { unit }]: [string, Limit]) => {
    const value = others.get(name) ?? 0;
    const isOther = value !== new Map(Object.entries(DEFAULT_LIMITS)).get(name);
    return isOther ? [`| \`${name}\` | ${number(value)}${unit === '' ? '' : ` ${unit}`} |`] : [];
  });
}

const HEAD = `# Limits

Made from \`src/extensions/limits.ts\`.

Every invocation has limits. Three of them an operator may set, up to a ceiling, under \`limits\` of an extension; the others are
fixed. What goes beyond one fails in its own way: as a failure of the invocation, with a kind that \`on_failure\` names and a
code, or as an error of the one call, which the extension may catch. Characters are UTF-16 code units.

Each limit is tested at its edge, on both sides: \`test/extensions/limits.test.ts\`, \`test/extensions/limit-edges.test.ts\`,
\`test/extensions/broker/fetch.test.ts\`.

| limit | of what | default | at most | beyond it | why |
| --- | --- | --- | --- | --- | --- |
`;

/** What is not counted for one invocation alone, or only for a part of the platform; none can be set. */
const OTHERS: readonly (readonly [what: string, limit: string, beyond: string, why: string])[] = [
  [
    'requests of one extension to one origin',
    `${DEFAULT_RATE.perSecond} a second, ${DEFAULT_RATE.burst} at once`,
    'they wait; the call fails as `RATE_LIMITED` when that is longer than a request may take',
    'What a service gives to a tenant, sign-in needs itself.',
  ],
  [
    'an origin that answered 429 or 503 with `Retry-After`',
    'left alone until then, a minute at most',
    'the call fails as `SERVICE_THROTTLED`',
    'Who asks again at once is throttled for longer.',
  ],
  [
    'invocations that wait for a place',
    '64, of one extension 48',
    '`unavailable` `QUEUE_FULL`',
    'A queue without an end only makes everybody late.',
  ],
  [
    'waiting for a place',
    'half of `limits.wall`',
    '`unavailable` `QUEUE_TIMEOUT`',
    'What is left has to be enough to run.',
  ],
  [
    'an URL that is called',
    `${number(MAX_URL)} characters`,
    'the call fails as `URL_TOO_LONG`',
    'No API takes a longer one.',
  ],
  [
    'keys of one extension in `ctx.kv`',
    number(MAX_KEYS),
    'the call fails as `KV_FULL`',
    'The store belongs to everybody.',
  ],
  ['one key', `${number(MAX_KEY)} bytes`, 'the call fails as `ARGUMENT_INVALID`', 'A name fits.'],
  [
    'one value, as JSON',
    `${number(MAX_VALUE)} bytes`,
    'the call fails as `KV_VALUE_TOO_LARGE`',
    'It is a memory, no database.',
  ],
  [
    'nesting of a value, a payload or claims',
    number(MAX_NESTING),
    'the call fails as `ARGUMENT_INVALID`',
    'Nothing that is walked by recursion is deeper.',
  ],
  [
    'life of a value',
    `${number(MAX_TTL / 86_400)} days, also when none is named`,
    'the value ends',
    'What nobody writes again nobody needs.',
  ],
  [
    'one value of `ctx.share`, as JSON',
    `${number(MAX_SHARED)} characters`,
    'the call fails as `ARGUMENT_INVALID`',
    'It is told to every extension after it.',
  ],
  [
    'one payload of `ctx.enqueue`, as JSON',
    `${number(MAX_PAYLOAD)} characters`,
    'the call fails as `ARGUMENT_INVALID`',
    'It is kept until it is done.',
  ],
  [
    'what one invocation leaves by `ctx.enqueue`',
    number(MAX_ENQUEUED),
    'the call fails as `ENQUEUE_LIMIT`',
    'What is left may leave more.',
  ],
  [
    'links of a service that are held for one invocation',
    number(MAX_LINKS),
    'the next one has a name that leads nowhere',
    'A page of a folder fits.',
  ],
  [
    'sessions that one extension ends',
    `${END_RATE.burst} at once, ${Math.round(END_RATE.perSecond * 3_600)} more in an hour`,
    'the call fails as `SESSIONS_LIMIT`, and ends none',
    'A mistake does not sign everybody out at once.',
  ],
  [
    'text that `ctx.sign` signs',
    `${number(MAX_DATA)} characters`,
    'the call fails as `ARGUMENT_INVALID`',
    'As one request.',
  ],
  [
    'life of a JWT of `ctx.sign`',
    `${number(MAX_LIFETIME)} s`,
    'the call fails as `ARGUMENT_INVALID`',
    'Longer ones are kept, and found.',
  ],
  [
    'input of one operation of `crypto.subtle`',
    '1 MiB',
    'it fails with an `OperationError`',
    'The work is the host’s.',
  ],
  ['RSA keys', '4,096 bits', 'it fails with an `OperationError`', 'Making one takes a second.'],
  [
    'iterations of PBKDF2',
    '1,000,000, and 2,000,000 for all of the output',
    'it fails with an `OperationError`',
    'It iterates anew for each piece as long as a digest.',
  ],
  [
    'keys of one invocation',
    '1,000',
    'it fails with a `RangeError`',
    'Each is kept by the runner.',
  ],
  [
    'output of one `DecompressionStream`',
    '10 MiB',
    'it fails with a `TypeError`',
    'A small file becomes an enormous one.',
  ],
  [
    'streams of compression at a time',
    '32',
    'it fails with a `TypeError`',
    'Each has a window in the runner.',
  ],
];

function tail(): string {
  const rows = OTHERS.map((cells) => `| ${cells.join(' | ')} |`);
  return `
## In the background

Nobody waits for \`events\` and \`schedule\`: they have more. What an operator sets counts where it is more still.

| limit | in the background |
| --- | --- |
${inBackground().join('\n')}

## Beside these

| of what | limit | beyond it | why |
| --- | --- | --- | --- |
${rows.join('\n')}

They are tested where they are held: \`test/extensions/broker\`, \`test/session/extension-sessions.test.ts\`, \`test/extensions/pool/places.test.ts\`,
\`test/sandbox/web/crypto.test.ts\`, \`test/sandbox/web/compression.test.ts\`.
`;
}

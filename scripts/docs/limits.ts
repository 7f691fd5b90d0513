import { MAX_KEY, MAX_KEYS, MAX_TTL, MAX_VALUE } from '../../src/extensions/broker/kv.ts';
import { DEFAULT_LIMITS, DEFAULT_RATE, type Limits } from '../../src/extensions/limits.ts';

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
    what: '`limits.cpu`: computing, by the isolate’s own counter, with the host’s work on its behalf',
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
    what: 'calls of the host: `fetch`, `ctx.kv`, `ctx.sign`, `ctx.share`, compression, cryptography',
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

const number = (value: number): string => value.toLocaleString('en');

function tail(): string {
  return `
## Across invocations

| of what | limit | beyond it |
| --- | --- | --- |
| requests of one extension to one origin | ${DEFAULT_RATE.perSecond} a second, ${DEFAULT_RATE.burst} at once | they wait; the call fails as \`RATE_LIMITED\` when that is longer than a request may take |
| an origin that answered 429 or 503 with \`Retry-After\` | left alone until then, a minute at most | the call fails as \`SERVICE_THROTTLED\` |
| keys of one extension in \`ctx.kv\` | ${number(MAX_KEYS)} | the call fails as \`KV_FULL\` |
| one key | ${number(MAX_KEY)} bytes | the call fails as \`ARGUMENT_INVALID\` |
| one value, as JSON | ${number(MAX_VALUE)} bytes | the call fails as \`KV_VALUE_TOO_LARGE\` |
| life of a value | ${number(MAX_TTL / 86_400)} days, also when none is named | the value ends |
| invocations that wait for a place | 64, of one extension 48 | \`unavailable\` \`QUEUE_FULL\` |
| waiting for a place | half of \`limits.wall\` | \`unavailable\` \`QUEUE_TIMEOUT\` |
| RSA keys | 4,096 bits | the call fails |
| rounds of PBKDF2 | 1,000,000 | the call fails |
`;
}

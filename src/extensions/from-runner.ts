import type {
  Failure,
  FailureKind,
  FromRunner,
  LogLevel,
  Outcome,
  SourceFrame,
  Usage,
} from '../../sandbox/contract.ts';
import { FAILURE_KINDS } from '../config/failure-policy.ts';

/**
 * What a runner may say. A runner holds guest code: one that broke out of its isolate could send anything, so that every
 * message is checked here, field by field, and a wrong one costs the runner its life. Written out, not described by a
 * schema: it stands on the way of every invocation.
 */
type Fields = { readonly [name: string]: unknown };

/** Longest text of any field but results and arguments, which have limits of their own. Unit: UTF-16 code units. */
const MAX_TEXT = 8 * 1024;

const MAX_FRAMES = 50;

/** Longest code cache, in base64. Unit: UTF-16 code units. */
const MAX_CACHE = 4 * 1024 * 1024;

/** Narrows a message of a runner; undefined for anything that is none. */
export function readFromRunner(message: unknown): FromRunner | undefined {
  if (!isFields(message)) return undefined;
  const { type } = message;
  if (typeof type !== 'string' || !Object.hasOwn(READERS, type)) return undefined;
  return READERS[type]?.(message);
}

const READERS: { readonly [type: string]: (message: Fields) => FromRunner | undefined } = {
  ready: ({ v8, node }) => (isText(v8) && isText(node) ? { type: 'ready', v8, node } : undefined),
  loaded: ({ extension }) => (isText(extension) ? { type: 'loaded', extension } : undefined),
  unloadable: ({ extension, failure: given }) => {
    const failure = readFailure(given);
    return isText(extension) && failure ? { type: 'unloadable', extension, failure } : undefined;
  },
  call: ({ id, call, op, argument }) =>
    isId(id) && Number.isSafeInteger(call) && isText(op) && typeof argument === 'string'
      ? { type: 'call', id, call: Number(call), op, argument }
      : undefined,
  log: ({ id, level, text }) =>
    isId(id) && isLevel(level) && isText(text) ? { type: 'log', id, level, text } : undefined,
  done: ({ id, outcome: given, usage: used }) => {
    const outcome = readOutcome(given);
    const usage = readUsage(used);
    return isId(id) && outcome && usage ? { type: 'done', id, outcome, usage } : undefined;
  },
  compiled: ({ extension, cache, platformCache }) =>
    isText(extension) && isCache(cache) && isCache(platformCache)
      ? { type: 'compiled', extension, cache, platformCache }
      : undefined,
  inspected: ({ message }) =>
    typeof message === 'string' ? { type: 'inspected', message } : undefined,
  sick: ({ id, reason }) =>
    (id === null || isId(id)) && isText(reason) ? { type: 'sick', id, reason } : undefined,
};

function readOutcome(given: unknown): Outcome | undefined {
  if (!isFields(given)) return undefined;
  const { ok, result } = given;
  if (ok === true) return typeof result === 'string' ? { ok, result } : undefined;
  const failure = ok === false ? readFailure(given['failure']) : undefined;
  return failure && { ok: false, failure };
}

function readUsage(given: unknown): Usage | undefined {
  if (!isFields(given)) return undefined;
  const { wallMs, cpuMs, heapBytes } = given;
  return isAmount(wallMs) && isAmount(cpuMs) && isAmount(heapBytes)
    ? { wallMs, cpuMs, heapBytes }
    : undefined;
}

function readFailure(given: unknown): Failure | undefined {
  if (!isFields(given)) return undefined;
  const { kind, code, message, frames: list } = given;
  if (!isKind(kind) || !isText(code) || !isText(message) || !Array.isArray(list)) return undefined;
  if (list.length > MAX_FRAMES) return undefined;
  const frames = list.map(readFrame).filter((frame) => frame !== undefined);
  return frames.length === list.length ? { kind, code, message, frames } : undefined;
}

function readFrame(given: unknown): SourceFrame | undefined {
  if (!isFields(given)) return undefined;
  const { file, line, column, function: name } = given;
  if (!isText(file) || !isAmount(line) || !isAmount(column)) return undefined;
  if (name === undefined) return { file, line, column };
  return isText(name) ? { file, line, column, function: name } : undefined;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.length <= MAX_TEXT;
}

function isCache(value: unknown): value is string {
  return typeof value === 'string' && value.length <= MAX_CACHE;
}

function isId(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function isAmount(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= 1e15;
}

const LEVELS: ReadonlySet<unknown> = new Set<LogLevel>(['debug', 'info', 'warn', 'error']);

function isLevel(value: unknown): value is LogLevel {
  return LEVELS.has(value);
}

const KINDS: ReadonlySet<unknown> = new Set(FAILURE_KINDS);

function isKind(value: unknown): value is FailureKind {
  return KINDS.has(value);
}

/**
 * A program that is started as a runner is, and tries what code that broke out of its isolate would try. It says on the
 * pipe what it could do, as one line of JSON.
 */
import { execFileSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { resolve4 } from 'node:dns/promises';
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import inspector from 'node:inspector';
import net from 'node:net';
import { Worker } from 'node:worker_threads';

import { confine } from '../runner/confine.ts';

const PIPE = 3;

/** Longer than every answer of a permission that is not there. Unit: milliseconds. */
const PATIENCE_MS = 2_000;

/** What a trial answers that found nothing. */
const NOTHING = Symbol('nothing');

/** What is tried: what could be done is answered, whatever that is; a refusal is thrown. */
const TRIALS: { readonly [name: string]: () => unknown } = {
  'process-environment': () => Object.keys(process.env).join(' ').slice(0, 200) || NOTHING,
  'process-arguments': () => process.argv.slice(2).join(' ') || NOTHING,
  'process-read': () => readFileSync('/etc/passwd', 'utf8').length,
  'process-list': () => readdirSync('/').length,
  'process-own-code': () => readFileSync(import.meta.filename, 'utf8').length,
  'process-memory-of-others': () => readFileSync(`/proc/${process.ppid}/environ`).length,
  'process-write': () => writeFileSync('/tmp/entrada-doctor', ''),
  'process-folder': () => mkdirSync('/tmp/entrada-doctor'),
  'process-link': () => symlinkSync('/etc/passwd', '/tmp/entrada-doctor'),
  'process-spawn': () => execFileSync(process.execPath, ['--version'], { encoding: 'utf8' }),
  'process-worker': () => new Worker('0', { eval: true }),
  'process-add-on': () => process.dlopen({ exports: {} }, '/nowhere.node'),
  'process-inspector': () => inspector.open(0),
  'process-database': async () => {
    const { DatabaseSync } = await import('node:sqlite');
    return new DatabaseSync('/etc/passwd', { readOnly: true });
  },
  'process-modules': () => import('node:os'),
  'process-internals': () => {
    const names = ['getBuiltinModule', 'binding', '_linkedBinding', 'report'];
    const found = names.filter((name) => Reflect.get(process, name) !== undefined);
    return found.join(' ') || NOTHING;
  },
  'process-signal': () => process.kill(process.ppid, 0),
  'process-code-from-text': () => Reflect.construct(Function, ['return 1'])(),
  'process-listen': () => over(net.createServer().listen(0), 'listening'),
  'process-connect': () => over(net.connect({ host: '127.0.0.1', port: 9 }), 'connect'),
  'process-datagram': () => {
    const socket = createSocket('udp4');
    socket.bind(0);
    return over(socket, 'listening');
  },
  'process-name-lookup': () => resolve4('localhost'),
};

/** What happens first: the event, or an error. */
function over(emitter: NodeJS.EventEmitter, event: string): Promise<string> {
  return new Promise((resolve, reject) => {
    emitter.once(event, () => resolve(event)).once('error', reject);
  });
}

/** Refusals of the permission model, and of what stands in for it. A port that nobody listens on is no refusal. */
const REFUSED: ReadonlySet<unknown> = new Set([
  'ERR_ACCESS_DENIED',
  'ERR_DLOPEN_DISABLED',
  'ERR_UNKNOWN_BUILTIN_MODULE',
  'EPERM',
  'ERR_INSPECTOR_NOT_AVAILABLE',
]);

async function attempt(trial: () => unknown): Promise<string | null> {
  try {
    const late = new Promise((resolve) => setTimeout(resolve, PATIENCE_MS, 'nothing forbade it'));
    const got = await Promise.race([trial(), late]);
    return got === NOTHING ? null : `it got ${String(got)}`;
  } catch (error) {
    if (!(error instanceof Error)) return 'it was refused in an unknown way';
    const code = 'code' in error ? error.code : undefined;
    const isRefusal = REFUSED.has(code) || error instanceof EvalError;
    return isRefusal ? null : `it was not refused, and failed with ${error.message}`;
  }
}

confine();
const found = await Promise.all(
  Object.entries(TRIALS).map(async ([name, trial]) => [name, await attempt(trial)]),
);
new net.Socket({ fd: PIPE, writable: true }).end(`${JSON.stringify(found)}\n`, () =>
  process.kill(process.pid, 'SIGKILL'),
);

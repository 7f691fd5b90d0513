import { registerHooks } from 'node:module';

/** What a process can do with itself and with others, and a runner has no use for. */
const NEEDLESS = ['getBuiltinModule', 'binding', '_linkedBinding', 'report'] as const;

/**
 * Gives up what a runner process had to have until its code was loaded. What had to be read is read, what had to be imported
 * is there, and the one add-on is loaded: nothing of it can be done again. Node's permissions say nothing of signals and of
 * modules that are part of Node.
 */
export function confine(): void {
  for (const scope of ['addon', 'fs.read']) process.permission.drop(scope);
  for (const name of NEEDLESS) Reflect.deleteProperty(process, name);
  registerHooks({ resolve: refuse });
  signalItselfAlone();
}

function refuse(): never {
  throw Object.assign(new Error('a runner imports nothing more'), { code: 'ERR_ACCESS_DENIED' });
}

/** Unit: the negative number of the operating system's error. */
const NOT_PERMITTED = -1;

/** The one function that every signal is sent by. */
function signalItselfAlone(): void {
  const send: unknown = Reflect.get(process, '_kill');
  if (typeof send !== 'function') throw new TypeError('this Node sends signals in another way');
  const { pid } = process;
  const value = (target: unknown, signal: unknown): unknown =>
    target === pid ? send(target, signal) : NOT_PERMITTED;
  Object.defineProperty(process, '_kill', { value, configurable: false, writable: false });
}

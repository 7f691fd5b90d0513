/**
 * The global object as a target of events: `addEventListener`, `onerror`, `reportError`.
 *
 * @see https://html.spec.whatwg.org/multipage/webappapis.html#runtime-script-errors
 */
import { EventTarget, dispatchAs, handlerSlot } from './event-target.ts';
import { ErrorEvent } from './event-kinds.ts';
import { ReflectApply, ReflectGetOwnPropertyDescriptor, realm } from './primordials.ts';
import { offerTo } from './reporting.ts';
import { isObject } from './webidl.ts';

const target: EventTarget = new EventTarget();
type Method = 'addEventListener' | 'dispatchEvent' | 'removeEventListener';
const methods: { readonly [Name in Method]: Function } = {
  addEventListener: EventTarget.prototype.addEventListener,
  dispatchEvent: EventTarget.prototype.dispatchEvent,
  removeEventListener: EventTarget.prototype.removeEventListener,
};

/** Calls a method of `EventTarget` on the global. */
export function callOnGlobal(method: Method, given: unknown[]): unknown {
  return ReflectApply(methods[method], target, given);
}

/** `onerror`: its handler gets the parts of the event as arguments, and `true` means that the error is handled. */
export const onerror: ReturnType<typeof handlerSlot> = handlerSlot(target, 'error', (event) => {
  if (!(event instanceof ErrorEvent)) return null;
  const { colno, error, filename, lineno, message } = event;
  return { arguments: [message, filename, lineno, colno, error], cancelOn: true };
});

/** What the error says, without a getter of it being called. */
function messageOf(error: unknown): string {
  if (!isObject(error)) return `Uncaught ${typeof error === 'symbol' ? 'symbol' : String(error)}`;
  const message: unknown = ReflectGetOwnPropertyDescriptor(error, 'message')?.value;
  return typeof message === 'string' ? `Uncaught ${message}` : 'Uncaught exception';
}

offerTo((error) => {
  const event = new ErrorEvent('error', { cancelable: true, error, message: messageOf(error) });
  return !dispatchAs(realm, target, event);
});

/** Where exceptions go that nobody can catch: those of timers, listeners and microtasks. */
import { host } from './services.ts';

/** Offers an exception to the listeners of the global; true when one of them prevented the default. */
type Offer = (error: unknown) => boolean;

let offer: Offer = () => false;

/** Has exceptions offered to the global's listeners first. */
export function offerTo(given: Offer): void {
  offer = given;
}

/**
 * Reports an exception: an `error` event on the global first, then to the host unless a listener called
 * `preventDefault`. Never throws.
 *
 * @see https://html.spec.whatwg.org/multipage/webappapis.html#report-an-exception
 */
export function reportException(error: unknown): void {
  if (!offer(error)) host.uncaught(error);
}

/** Calls a function of the guest; what it throws is reported. */
export function callAndReport(run: () => unknown): void {
  try {
    run();
  } catch (error) {
    reportException(error);
  }
}

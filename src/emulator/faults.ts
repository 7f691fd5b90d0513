import { type EndpointName, type EndpointSelector, selects } from './endpoints.ts';

/** An error in the words of the service that is asked. */
export type Failure =
  /** An error of the login host: number, and what differs from its table. */
  | {
      readonly aadsts: number;
      readonly status?: number | undefined;
      readonly retryAfter?: number | string | undefined;
    }
  /** An error of Graph: code, and what differs from its table. */
  | {
      readonly graph: string;
      readonly status?: number | undefined;
      readonly retryAfter?: number | string | undefined;
      readonly message?: string | undefined;
    }
  /** An error of Storage: code, and what differs from its table. */
  | {
      readonly storage: string;
      readonly status?: number | undefined;
      readonly retryAfter?: number | string | undefined;
    }
  /** A claims challenge of Graph. */
  | { readonly challenge: object; readonly status?: 401 | 403 | undefined }
  /** Any answer at all, to the byte. */
  | {
      readonly status: number;
      readonly headers?: { readonly [name: string]: string | readonly string[] } | undefined;
      readonly body?: string | Uint8Array | undefined;
    };

/** Something that happens to a request instead of, or before, its answer. */
export type Fault =
  /** The answer is an error. */
  | { readonly kind: 'fail'; readonly failure: Failure }
  /** The answer comes late. Unit: milliseconds. */
  | { readonly kind: 'delay'; readonly ms: number }
  /** No answer comes; the connection stays open until the client or the emulator ends it. */
  | { readonly kind: 'hang' }
  /** Status, headers and half of the body, then the end of the connection. */
  | { readonly kind: 'half-close' }
  /** The connection is reset before a byte of the answer. */
  | { readonly kind: 'reset' }
  /** The body comes in small pieces with a pause before each. Unit: bytes, milliseconds. */
  | { readonly kind: 'trickle'; readonly bytes: number; readonly pauseMs: number };

interface Armed {
  readonly selector: EndpointSelector;
  readonly fault: Fault;
  left: number;
}

/** Faults on demand: armed for the next requests of an endpoint, used up in the order in which they were armed. */
export class Faults {
  #armed: Armed[] = [];

  /** Arms a fault for the next `times` requests, perhaps for none. */
  next(selector: EndpointSelector, fault: Fault, times = 1): void {
    if (times > 0) this.#armed.push({ selector, fault, left: times });
  }

  /** Disarms the faults of an endpoint, or all. */
  clear(selector?: EndpointSelector): void {
    this.#armed = this.#armed.filter(
      (armed) => selector !== undefined && armed.selector !== selector,
    );
  }

  /** True while a fault waits for its request. */
  get armed(): boolean {
    return this.#armed.length > 0;
  }

  /** The faults that this request meets: every delay first in line, and at most one that ends it. */
  take(endpoint: EndpointName | null): readonly Fault[] {
    const taken: Fault[] = [];
    for (const armed of this.#armed.filter(({ selector }) => selects(selector, endpoint))) {
      taken.push(this.#use(armed));
      if (armed.fault.kind !== 'delay') break;
    }
    return taken;
  }

  #use(armed: Armed): Fault {
    armed.left -= 1;
    if (armed.left <= 0) this.#armed = this.#armed.filter((other) => other !== armed);
    return armed.fault;
  }
}

import { Agent, type Dispatcher } from 'undici';

import type { AddressPolicy } from './address-guard.ts';
import {
  type Connector,
  type ConnectorOptions,
  directConnector,
  proxiedConnector,
} from './connector.ts';
import type { Hop } from './route.ts';
import type { Trust } from './trust.ts';

/** A connection that nobody uses is closed after so long. Unit: milliseconds. */
const KEEP_ALIVE_MS = 30_000;

/** Response headers. Unit: bytes. */
const MAX_HEADER_BYTES = 64 * 1024;

/** How a way begins. */
export interface WayOptions {
  readonly hop: Hop;
  readonly trust: Trust;
  readonly addresses: AddressPolicy;
  /** For the whole of connecting. Unit: milliseconds. */
  readonly connectMs: number;
}

/**
 * One way out, with its connections: the same dispatcher straight and behind every kind of proxy, so that limits, reuse of
 * connections and TLS are the same, too. It lives until it is disposed of; what is being connected then is ended with it.
 */
export class Way implements AsyncDisposable {
  readonly dispatcher: Dispatcher;
  readonly #closing = new AbortController();

  constructor(options: WayOptions) {
    this.dispatcher = new Agent({
      connect: connectorOf(options, this.#closing.signal),
      allowH2: false, // one behaviour through every proxy
      keepAliveTimeout: KEEP_ALIVE_MS,
      maxHeaderSize: MAX_HEADER_BYTES,
      pipelining: 1,
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort();
    await this.dispatcher.destroy();
  }
}

function connectorOf(
  { hop, trust, addresses, connectMs }: WayOptions,
  closing: AbortSignal,
): Connector {
  const options: ConnectorOptions = { trust, timeoutMs: connectMs, closing };
  return hop.kind === 'direct'
    ? directConnector(addresses, options)
    : proxiedConnector(hop, options);
}

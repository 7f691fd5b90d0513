import type { Socket } from 'node:net';
import { buildConnector } from 'undici';

import type { ProxyServerConfig } from '../config/config.ts';
import { type AddressPolicy, guardedLookup } from './address-guard.ts';
import { classify, NetError, toConnectError, toNetError } from './net-error.ts';
import { proxyBroken, proxySilent } from './proxy-error.ts';
import { authority, type Target } from './route.ts';
import type { Trust } from './trust.ts';
import { tunnelOf } from './tunnel.ts';

/** How undici is given connections. */
export type Connector = buildConnector.connector;

type Wanted = buildConnector.Options;

/** What every connection is made with. */
export interface ConnectorOptions {
  readonly trust: Trust;
  /** For the whole of connecting: names, proxy and TLS. Unit: milliseconds. */
  readonly timeoutMs: number;
  /** Ends what is being connected. */
  readonly closing: AbortSignal;
}

/** Connects straight to the host. */
export function directConnector(addresses: AddressPolicy, options: ConnectorOptions): Connector {
  const { trust: secureContext, timeoutMs: timeout } = options;
  const lookup = guardedLookup(addresses);
  const connect = buildConnector({ secureContext, lookup, timeout, allowH2: false });
  return (wanted, callback) => {
    connect(wanted, (error, socket) => {
      if (error) callback(toConnectError(error, authority(targetOf(wanted))), null);
      else callback(null, watched(socket));
    });
  };
}

/** Connects by way of a proxy. */
export function proxiedConnector(proxy: ProxyServerConfig, options: ConnectorOptions): Connector {
  const { trust, timeoutMs, closing } = options;
  const open = tunnelOf(proxy, trust);
  const secure = buildConnector({ secureContext: trust, timeout: timeoutMs, allowH2: false });
  const connect = async (wanted: Wanted): Promise<Socket> => {
    const target = targetOf(wanted);
    const late = AbortSignal.timeout(timeoutMs);
    const signal = AbortSignal.any([late, closing]);
    try {
      const socket = await open(target, signal);
      return wanted.protocol === 'https:' ? await over(secure, socket, wanted, signal) : socket;
    } catch (error) {
      if (closing.aborted) throw new NetError('NET_ABORTED', 'the gateway is closing');
      throw late.aborted ? proxySilent(proxy, target, timeoutMs) : tlsError(proxy, target, error);
    }
  };
  return (wanted, callback) => {
    connect(wanted).then(
      (socket) => callback(null, watched(socket)),
      (error: Error) => callback(error, null),
    );
  };
}

/** TLS with the target, inside a tunnel. */
async function over(
  secure: Connector,
  socket: Socket,
  wanted: Wanted,
  signal: AbortSignal,
): Promise<Socket> {
  const { promise, resolve, reject } = Promise.withResolvers<Socket>();
  const end = (): void => void socket.destroy();
  signal.addEventListener('abort', end, { once: true });
  secure({ ...wanted, httpSocket: socket }, (error, secured) => {
    if (error) reject(error);
    else resolve(secured);
  });
  try {
    return await promise;
  } catch (error) {
    socket.destroy();
    throw error;
  } finally {
    signal.removeEventListener('abort', end);
  }
}

/** A certificate is the target's, or of who inspects TLS; a connection that ends is the proxy's. */
function tlsError(proxy: ProxyServerConfig, target: Target, error: unknown): NetError {
  if (error instanceof NetError) return error;
  return classify(error).code === 'NET_TLS'
    ? toNetError(error, authority(target))
    : proxyBroken(proxy, target, error);
}

function targetOf({ hostname, port, protocol }: Wanted): Target {
  return { host: hostname, port: Number(port) || (protocol === 'https:' ? 443 : 80) };
}

/** Errors of connections that had carried an answer before. */
const afterUse = new WeakSet<Error>();

/** True for an error that ended a connection which was kept from an earlier exchange. */
export function endedKeptConnection(error: unknown): boolean {
  return error instanceof Error && afterUse.has(error);
}

/** undici fails a request with the error of its socket: so the error can tell whether the connection was a fresh one. */
function watched(socket: Socket): Socket {
  const before = socket.bytesRead;
  return socket.on('error', (error) => {
    if (socket.bytesRead > before) afterUse.add(error);
  });
}

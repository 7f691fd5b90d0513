import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { isIP } from 'node:net';

import { type WebSocket, WebSocketServer } from 'ws';

import { EntradaError } from '../../errors.ts';
import { createServer } from '../../server/node-http.ts';
import type { Frontend } from './frontend.ts';

/** Where a debugger's frontend connects. */
export interface Endpoint extends AsyncDisposable {
  /** `ws://127.0.0.1:9229/…`: whoever has it can run code in the isolate. */
  readonly url: string;
  /** What Chrome opens. */
  readonly devtools: string;
}

/** Nobody but this machine. */
const LOOPBACK = '127.0.0.1';

/**
 * Listens for a frontend, at this machine's own address alone, as Node.js does for `--inspect`: Chrome's `chrome://inspect`
 * and editors find it there. A page that leads another name to this address is refused.
 *
 * @param port 0: any that is free.
 * @throws {EntradaError} `SERVER_LISTEN` when the port is taken.
 */
export async function openEndpoint(
  frontend: Frontend,
  title: string,
  port: number,
): Promise<Endpoint> {
  const id = randomUUID();
  const server = createServer((request, response) => answer(request, response, describe()));
  const sockets = new WebSocketServer({ noServer: true, maxPayload: 64 * 1024 * 1024 });
  server.on('upgrade', (request, socket, head) => {
    const isMeant = isLocal(request) && request.url === `/${id}`;
    if (isMeant) sockets.handleUpgrade(request, socket, head, (client) => join(client, frontend));
    else socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
  });
  await listen(server, port);
  const address = server.address();
  const host = `${LOOPBACK}:${typeof address === 'object' && address ? address.port : port}`;
  const devtools = `devtools://devtools/bundled/js_app.html?experiments=true&v8only=true&ws=${host}/${id}`;
  const url = `ws://${host}/${id}`;
  const describe = (): Target => ({ id, title, url, devtools });
  return {
    url,
    devtools,
    [Symbol.asyncDispose]: async () => {
      for (const client of sockets.clients) client.terminate();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function join(client: WebSocket, frontend: Frontend): void {
  frontend.connect((message) => client.send(message));
  client.on('message', (data: Buffer) => frontend.fromClient(data.toString()));
  client.on('close', () => frontend.disconnect());
}

async function listen(server: ReturnType<typeof createServer>, port: number): Promise<void> {
  const listening = Promise.withResolvers<void>();
  server.once('error', listening.reject);
  server.listen(port, LOOPBACK, listening.resolve);
  try {
    await listening.promise;
  } catch (cause) {
    throw new EntradaError('SERVER_LISTEN', `the debugger cannot listen on ${LOOPBACK}:${port}`, {
      cause,
      next: 'Choose another port, as in --inspect 9230, or 0 for any.',
    });
  }
}

interface Target {
  readonly id: string;
  readonly title: string;
  readonly url: string;
  readonly devtools: string;
}

function answer(request: IncomingMessage, response: ServerResponse, target: Target): void {
  const page = isLocal(request) ? PAGES[request.url ?? ''] : undefined;
  response.writeHead(page ? 200 : 404, { 'content-type': 'application/json; charset=UTF-8' });
  response.end(page ? JSON.stringify(page(target)) : '{}');
}

const list = ({ id, title, url, devtools }: Target): unknown => [
  {
    description: 'Entrada extension',
    devtoolsFrontendUrl: devtools,
    id,
    title,
    type: 'node',
    url: 'file://',
    webSocketDebuggerUrl: url,
  },
];

const PAGES: { readonly [path: string]: (target: Target) => unknown } = {
  '/json': list,
  '/json/list': list,
  '/json/version': () => ({ Browser: `node.js/${process.version}`, 'Protocol-Version': '1.1' }),
};

/** The name that was asked for is an address or `localhost`: no name that somebody else may lead here. */
function isLocal({ headers: { host = '' } }: IncomingMessage): boolean {
  const { hostname = '' } = URL.parse(`http://${host}`) ?? {};
  return hostname === 'localhost' || isIP(hostname.replace(/^\[|\]$/g, '')) !== 0;
}

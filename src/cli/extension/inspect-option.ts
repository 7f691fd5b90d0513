import { InvalidArgumentError, Option } from 'commander';

import type { Endpoint } from '../../testing/debugger/endpoint.ts';
import { say } from '../say.ts';

/** Where Chrome and editors look by themselves. */
const PORT = 9229;

/** `--inspect [port]`: a debugger, for this machine alone. */
export function inspectOption(): Option {
  return new Option('--inspect [port]', 'wait for a debugger, at 127.0.0.1 alone; 0: any port')
    .argParser(portOf)
    .preset(String(PORT));
}

function portOf(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port < 65_536) return port;
  throw new InvalidArgumentError('A port is a number from 0 to 65535.');
}

/** Says where a debugger connects. */
export function sayEndpoint({ url, devtools }: Endpoint): void {
  say(`Debugger listening on ${url}\nChrome: chrome://inspect, or ${devtools}`);
}

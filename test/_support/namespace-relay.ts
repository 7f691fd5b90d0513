/** Runs in a namespace: `out PORT SOCKET` leads from it, `in PORT SOCKET` into it. Says when it does. */
import { relay } from './relay.ts';
import { untilItListens } from './until-it-listens.ts';

const [way, port, socket = ''] = process.argv.slice(2);

if (way === 'out') await relay(Number(port), socket);
else {
  await untilItListens(Number(port), 'the server in the namespace');
  await relay(socket, Number(port));
}
process.stdout.write('ready\n');

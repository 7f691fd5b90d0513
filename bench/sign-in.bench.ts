/**
 * CPU time of the gateway per completed sign-in without extensions, with tokens and groups, beside the same flow written
 * with `openid-client` on bare `node:https`, and beside the floor: as many requests that are answered with a small page.
 */
import path from 'node:path';

import { Net } from '../src/net/net.ts';
import { signInByHand } from '../src/testing/visit.ts';
import { makeBed, Measured, someone } from './_support/gateway-bed.ts';
import { quantile, report } from './_support/report.ts';

/** Rounds in which both take turns, so that a noisy machine disturbs each alike. */
const ROUNDS = 8;

/** Rounds before those: what an engine has not compiled yet is no measure of what a gateway costs. */
const WARM_UP = 15;

const SIGN_INS = 40;

const bed = await makeBed();
const folder = path.dirname(bed.config);
const gateway = new Measured('sign-in-server.ts', bed.config);
const peer = new Measured('openid-client-server.ts', JSON.stringify(bed.peer));
const files = [path.join(folder, 'server.crt'), path.join(folder, 'server.key')];
const floor = new Measured('bare-https.ts', ...files);
await gateway.started();
await peer.started();
const floorOrigin = `https://localhost:${await floor.started()}`;

await using net = new Net();
const route = { proxy: { kind: 'direct' }, ca: [bed.emulator.ca], addresses: 'any' } as const;
const http = net.client(route);

async function signIns(origin: string): Promise<void> {
  for (let i = 0; i < SIGN_INS; i++) {
    const { signedIn, page } = await signInByHand(
      someone(http),
      `${origin}/`,
      'jane@contoso.example',
    );
    if (!signedIn || page.status !== 200) throw new Error(`not signed in: ${page.html}`);
  }
}

/** Requests of a visitor to the gateway: page, sign-in page, start, answer, page. */
const REQUESTS = 5;

async function floorVisits(): Promise<void> {
  for (let i = 0; i < SIGN_INS * REQUESTS; i++)
    await someone(http).open(`${floorOrigin}/${i % REQUESTS}`);
}

async function cpuOf(measured: Measured, work: () => Promise<void>): Promise<number> {
  const before = await measured.cpu();
  await work();
  return ((await measured.cpu()) - before) / SIGN_INS;
}

const rounds: { readonly ours: number; readonly theirs: number; readonly floor: number }[] = [];
let wall = 0;
for (let round = 0; round < WARM_UP + ROUNDS; round++) {
  const started = performance.now();
  const ours = await cpuOf(gateway, () => signIns(bed.origin));
  const ended = performance.now();
  const theirs = await cpuOf(peer, () => signIns(bed.peerOrigin));
  const bare = await cpuOf(floor, floorVisits);
  if (round < WARM_UP) continue;
  wall += (ended - started) / SIGN_INS / ROUNDS;
  rounds.push({ ours, theirs, floor: bare });
}
const middle = (which: 'ours' | 'theirs' | 'floor'): number =>
  quantile(
    rounds.map((round) => round[which]),
    0.5,
  );
report(
  { name: 'CPU of the gateway per sign-in', value: middle('ours'), unit: 'ms' },
  { name: 'CPU of openid-client on bare node:https', value: middle('theirs'), unit: 'ms' },
  {
    name: `CPU of bare node:https for ${REQUESTS} requests`,
    value: middle('floor'),
    unit: 'ms',
  },
  { name: 'wall time per sign-in, tenant and visitor included', value: wall, unit: 'ms' },
  {
    name: 'gateway / openid-client on bare node:https',
    value: quantile(
      rounds.map(({ ours, theirs }) => ours / theirs),
      0.5,
    ),
    unit: 'ratio',
    bar: { kind: 'at most', value: 1.3 },
  },
);
process.exit(0);

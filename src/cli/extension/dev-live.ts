import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { parse } from 'yaml';

import type { SourceFrame } from '../../../sandbox/contract.ts';
import type { Fault } from '../../config/config.ts';
import { asAsked } from '../../extensions/replay/as-asked.ts';
import { type Fixture, NOTHING_GIVEN } from '../../extensions/replay/fixture.ts';
import { fixturesOf } from '../../extensions/replay/fixtures-of.ts';
import { readManifest } from '../../extensions/manifest.ts';
import type { InvocationRecord } from '../../extensions/record.ts';
import { type Gateway, startGateway } from '../../gateway.ts';
import { createLog } from '../../log.ts';
import { Net } from '../../net/net.ts';
import type { SignInRecord } from '../../session/record.ts';
import { signInByHand, titleOf } from '../../testing/visit.ts';
import { Visitor } from '../../testing/visitor.ts';
import { createDemoWorld, type DemoWorld } from '../demo-world.ts';
import { freePort } from '../free-port.ts';
import { prepareConfig } from '../load.ts';
import { print } from '../say.ts';
import type { DevBench, DevOptions } from './dev-loop.ts';
import { callLine, excerptLines, styled, tellFailure, tellLive } from './tell.ts';

/** Signs somebody in at each turn: over HTTPS, at an emulated tenant and at a gateway that has this extension alone. */
export class LiveBench implements DevBench {
  readonly #folder: string;
  readonly #account: string;
  readonly #world: DemoWorld;
  readonly #stack: AsyncDisposableStack;

  private constructor(
    folder: string,
    account: string,
    world: DemoWorld,
    stack: AsyncDisposableStack,
  ) {
    this.#folder = folder;
    this.#account = account;
    this.#world = world;
    this.#stack = stack;
  }

  /** Starts the tenant. */
  static async open(folder: string, { as: account }: DevOptions): Promise<LiveBench> {
    await using stack = new AsyncDisposableStack();
    const made = stack.adopt(mkdtempSync(path.join(tmpdir(), 'entrada-live-')), (one) =>
      rmSync(one, { recursive: true, force: true }),
    );
    const world = stack.use(
      await createDemoWorld(made, { gateway: await freePort(), emulator: 0 }),
    );
    return new LiveBench(folder, account, world, stack.move());
  }

  /** A gateway starts for each turn: it is as a new one in every respect. */
  async turn(): Promise<readonly Fault[]> {
    const read = await readManifest(this.#folder);
    if (!read.ok) return read.faults;
    const { fixtures } = await fixturesOf(this.#folder);
    const fixture = fixtures[0]?.fixture ?? NOTHING_GIVEN;
    configure(this.#world.config, entryOf(asAsked(this.#folder, read.manifest, fixture), fixture));
    const prepared = await prepareConfig(this.#world.config, true);
    const errors = prepared.faults.filter(({ severity }) => severity === 'error');
    if (!prepared.ok) return errors;
    const log = createLog({
      pretty: false,
      level: 'debug',
      write: (line) => tellLine(this.#folder, line),
    });
    const { config, extensions } = prepared;
    await using gateway = await startGateway({ config, extensions, log, runners: 1 });
    await this.#signIn(gateway);
    return [];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stack.disposeAsync();
  }

  async #signIn(gateway: Gateway): Promise<void> {
    await using net = new Net();
    const { emulator, origin } = this.#world;
    const http = net.client({ proxy: { kind: 'direct' }, ca: [emulator.ca], addresses: 'any' });
    const records: SignInRecord[] = [];
    gateway.onSignIn((record) => void records.push(record));
    print(styled('bold', `${this.#account} signs in at ${origin}`));
    const visit = await signInByHand(new Visitor(http), `${origin}/`, this.#account);
    for (const record of records) tellRecord(this.#folder, record);
    await gateway.events?.idle();
    print(styled('dim', `page: ${visit.page.status} ${titleOf(visit.page)}`));
  }
}

type Entry = ReturnType<typeof asAsked>;

/** As `entrada.yaml` says it. */
function entryOf({ source, grant, config }: Entry, { secrets }: Pick<Fixture, 'secrets'>): object {
  return {
    source,
    config,
    grant: {
      tokens: grant.tokens,
      fetch: grant.fetch.map((one) => ('name' in one ? named(one) : bare(one))),
      secrets: Object.fromEntries(
        Object.entries(grant.secrets).map(([name, { in: places }]) => [
          name,
          { value: secrets[name] ?? `made-up-${name}`, in: places },
        ]),
      ),
      enrich: grant.enrich,
      sessions: grant.sessions,
    },
  };
}

type FetchGiven = Entry['grant']['fetch'][number];

function named({ name, url, allow }: Extract<FetchGiven, { name: string }>): object {
  return { name, url: url.reveal(), allow };
}

function bare({ origin, allow }: Extract<FetchGiven, { origin: string }>): object {
  return { origin, allow };
}

/** The demo's configuration with this extension in the place of its own. */
function configure(file: string, entry: object): void {
  const demo: { readonly [key: string]: unknown } = parse(readFileSync(file, 'utf8'));
  writeFileSync(file, JSON.stringify({ ...demo, extensions: [entry] }, null, 2));
}

interface LogLine {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly msg: string;
  readonly invocation?: string;
  readonly event?: string;
  /** Of what ran in the background. */
  readonly name?: string;
  readonly durationMs?: number;
  readonly kind?: string;
  readonly code?: string;
  readonly why?: string;
  readonly at?: SourceFrame;
}

/** Of the gateway's log: what the extension wrote, as it writes it, and what ran in the background. */
function tellLine(folder: string, text: string): void {
  const line: LogLine = JSON.parse(text);
  if (line.invocation !== undefined) tellLive.log(line.level, line.msg);
  else if (line.name !== undefined) tellBackground(folder, line);
}

function tellBackground(
  folder: string,
  { name, event, durationMs, kind, code, why, at }: LogLine,
): void {
  const took = styled('dim', `${durationMs ?? 0} ms`);
  if (event === 'event_done') return print(`  ${styled('green', name ?? '')} done ${took}`);
  print(`  ${styled('red', name ?? '')} ${kind} ${code}: ${why} ${took}`);
  if (at) for (const line of excerptLines(folder, at)) print(line);
}

function tellRecord(
  folder: string,
  { outcome, extensions, denial, message, code }: SignInRecord,
): void {
  for (const one of extensions) tellInvocation(folder, one);
  const why = [code, denial, message].filter((part) => part !== null).join(' · ');
  print(`${styled(outcome === 'allowed' ? 'green' : 'yellow', outcome)} ${why}`);
}

function tellInvocation(
  folder: string,
  { hook, decision, patch, failure, hostCalls, durationMs }: InvocationRecord,
): void {
  for (const call of hostCalls) print(`  ${callLine(call)}`);
  if (failure) return tellFailure(folder, failure);
  print(
    `  ${hook} ${JSON.stringify(decision ?? patch)} ${styled('dim', `${durationMs.toFixed(1)} ms`)}`,
  );
}

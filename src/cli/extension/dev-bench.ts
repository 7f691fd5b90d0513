import path from 'node:path';

import type { Fault } from '../../config/config.ts';
import type { BuiltExtension } from '../../extensions/load.ts';
import { NOTHING_GIVEN } from '../../extensions/replay/fixture.ts';
import { fixturesOf, type NamedFixture, readAll } from '../../extensions/replay/fixtures-of.ts';
import { type FixtureRun, runFixture } from '../../extensions/replay/run-fixture.ts';
import { DebugBench, forDebugging } from '../../testing/debugger/debug-bench.ts';
import { openEndpoint } from '../../testing/debugger/endpoint.ts';
import { buildFor, Workbench } from '../../testing/workbench.ts';
import { print } from '../say.ts';
import type { DevBench, DevOptions } from './dev-loop.ts';
import { once } from './dry-run.ts';
import { sayEndpoint } from './inspect-option.ts';
import { styled, tellLive, tellRun } from './tell.ts';

/** What a turn of the loop runs with. */
export async function openBench(folder: string, options: DevOptions): Promise<DevBench> {
  if (options.live) {
    const { LiveBench } = await import('./dev-live.ts'); // a gateway and a tenant, for whoever wants them
    return LiveBench.open(folder, options);
  }
  const runner = await (options.inspect === undefined
    ? openPlain()
    : openDebugged(folder, options.inspect));
  return new FixtureBench(folder, options.event, runner);
}

/** Runs fixtures of a built extension. */
interface FixtureRunner extends AsyncDisposable {
  replay(extension: BuiltExtension, one: NamedFixture): Promise<FixtureRun>;
}

async function openPlain(): Promise<FixtureRunner> {
  const bench = await Workbench.start();
  return {
    replay: (extension, { fixture }) => bench.replay(extension, fixture, tellLive),
    [Symbol.asyncDispose]: () => bench[Symbol.asyncDispose](),
  };
}

async function openDebugged(folder: string, port: number): Promise<FixtureRunner> {
  const bench = new DebugBench();
  const endpoint = await openEndpoint(bench.frontend, path.basename(folder), port);
  sayEndpoint(endpoint);
  return {
    replay: async (extension, { fixture }) => {
      const readable = await forDebugging(extension);
      await bench.load(readable);
      return runFixture(readable, fixture, bench, tellLive);
    },
    [Symbol.asyncDispose]: async () => {
      await endpoint[Symbol.asyncDispose]();
      await bench[Symbol.asyncDispose]();
    },
  };
}

class FixtureBench implements DevBench {
  readonly #folder: string;
  readonly #events: readonly string[] | undefined;
  readonly #runner: FixtureRunner;

  constructor(folder: string, events: readonly string[] | undefined, runner: FixtureRunner) {
    this.#folder = folder;
    this.#events = events;
    this.#runner = runner;
  }

  /** Fixtures are read again as well: they are as likely to be what was changed. */
  async turn(): Promise<readonly Fault[]> {
    const { fixtures, faults } = await this.#fixtures();
    if (fixtures.length === 0) return [...faults, ...(await this.#buildAlone())];
    const found: Fault[] = [...faults];
    // oxlint-disable-next-line no-await-in-loop -- what they print belongs together
    for (const one of fixtures) found.push(...(await this.#run(one)));
    return once(found);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#runner[Symbol.asyncDispose]();
  }

  async #fixtures(): ReturnType<typeof fixturesOf> {
    if (this.#events === undefined) return fixturesOf(this.#folder);
    return readAll(this.#events, '.');
  }

  async #run(one: NamedFixture): Promise<readonly Fault[]> {
    const before = performance.now();
    const built = await buildFor(this.#folder, one.fixture, one.report);
    if (!built.ok) return built.faults;
    const { hook, name } = one.fixture;
    const took = `built in ${Math.round(performance.now() - before)} ms`;
    print(`${styled('bold', `${name ?? hook} ${one.file}`)} ${styled('dim', took)}`);
    tellRun(this.#folder, await this.#runner.replay(built.extension, one));
    return [];
  }

  async #buildAlone(): Promise<readonly Fault[]> {
    const built = await buildFor(this.#folder, NOTHING_GIVEN);
    if (!built.ok) return built.faults;
    print('It builds. Write fixtures/NAME.yaml, or name one with --event, to see what it does.');
    return [];
  }
}

/**
 * Feeds random programs to isolates and random messages to the gateway, and holds what comes of them to what has to hold
 * whatever they are. `npm run fuzz -- --seconds 60 --seed 7`; a seed comes again with the same programs and messages.
 */
import path from 'node:path';
import { parseArgs } from 'node:util';

import type { Outcome } from '../sandbox/contract.ts';
import { Laboratory, leak } from '../src/extensions/doctor/laboratory.ts';
import { DEFAULT_LIMITS } from '../src/extensions/limits.ts';
import { loadPlatform } from '../src/extensions/load-platform.ts';
import { RunnerPool } from '../src/extensions/pool.ts';
import { DONE } from '../test/_support/lying-pool.ts';
import type { Step } from '../test/_support/lying-runner.ts';
import { Dice } from './fuzz/dice.ts';
import { steps } from './fuzz/messages.ts';
import { program } from './fuzz/programs.ts';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    seed: { type: 'string', default: '1' },
  },
});
const SECONDS = Number(values.seconds);
const SEED = Number(values.seed);

/** Another extension is asked how its world is after so many programs. */
const BETWEEN = 10;

const LIMITS = { cpuMs: 300, wallMs: 2_000, memoryMb: 32 } as const;

/** Nothing of a program or a message may ever come out here. */
const escaped: unknown[] = [];
process.on('unhandledRejection', (reason) => void escaped.push(reason));
process.on('uncaughtException', (error) => void escaped.push(error));

/** Says what is wrong with an outcome, whatever led to it; undefined when nothing is. */
function faultOf(outcome: Outcome): string | undefined {
  if (escaped.length > 0) return `it got out of its promise: ${String(escaped[0])}`;
  if (!outcome.ok) return outcome.failure.code === '' ? 'a failure without a code' : undefined;
  if (outcome.result.length > DEFAULT_LIMITS.resultLength) return 'a result beyond its limit';
  try {
    JSON.parse(outcome.result);
  } catch {
    return 'a result that is no JSON';
  }
  return outcome.result.includes('FOREIGN')
    ? `it saw what is not its own: ${outcome.result}`
    : undefined;
}

function end(what: string, seed: number, text: string, fault: string): never {
  process.stderr.write(`${what} of seed ${seed} does not hold: ${fault}\n${text}\n`);
  process.exit(1);
}

async function fuzzPrograms(until: number): Promise<number> {
  const platform = await loadPlatform();
  await using laboratory = await Laboratory.open({ platform });
  let count = 0;
  for (; performance.now() < until; count++) {
    const seed = SEED * 1_000_003 + count;
    const body = program(new Dice(seed));
    const attempt = await laboratory.attempt({
      name: 'fuzz',
      tries: '',
      program: body,
      limits: LIMITS,
    });
    const damage = count % BETWEEN === 0 ? await laboratory.damage() : undefined;
    const fault = faultOf(attempt.outcome) ?? leak(attempt) ?? damage;
    if (fault !== undefined) end('the program', seed, body, fault);
  }
  return count;
}

async function fuzzMessages(until: number): Promise<number> {
  const entry = path.join(import.meta.dirname, '../test/_support/lying-runner.ts');
  await using pool = new RunnerPool({
    platform: '',
    runners: 1,
    caches: null,
    entry,
    report: () => undefined,
  });
  await pool.start();
  let count = 0;
  for (; performance.now() < until; count++) {
    const seed = SEED * 1_000_003 + count;
    const said = steps(new Dice(seed));
    // Each is another extension: one that takes runners down is kept apart, and comes back ever more slowly.
    const name = `liar-${count}`;
    const fault = faultOf(await say(pool, name, said)) ?? (await isWell(pool, name));
    pool.unload(name);
    if (fault !== undefined)
      end('what was said', seed, JSON.stringify(said).slice(0, 5_000), fault);
  }
  return count;
}

async function say(pool: RunnerPool, extension: string, said: readonly Step[]): Promise<Outcome> {
  await pool.load({ type: 'load', extension, source: '', memoryMb: 128 }).catch(() => undefined);
  const { outcome } = await pool.run({
    extension,
    source: null,
    call: JSON.stringify({ hook: 'decide', event: null, config: { steps: said }, deadline: 0 }),
    limits: { ...DEFAULT_LIMITS, wallMs: 5_000 },
    measure: false,
    log: () => undefined,
    answer: async () => '{"ok":true,"value":null}',
    repeatable: () => false,
  });
  return outcome;
}

/** Whoever comes next is served. */
async function isWell(pool: RunnerPool, name: string): Promise<string | undefined> {
  for (let tries = 0; tries < 5; tries++) {
    const outcome = await say(pool, `next-of-${name}`, [DONE]);
    pool.unload(`next-of-${name}`);
    if (outcome.ok) return undefined;
  }
  return 'the next extension is not served';
}

const began = performance.now();
const half = began + SECONDS * 500;
const programs = await fuzzPrograms(half);
const messages = await fuzzMessages(began + SECONDS * 1_000);
if (escaped.length > 0) end('something', SEED, '', String(escaped[0]));
process.stdout.write(
  `Seed ${SEED}: ${programs} programs and ${messages} runners that lie; all of it holds.\n`,
);
process.exit(0);

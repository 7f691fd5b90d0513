import type { Attack } from './attack.ts';
import { ATTACKS } from './attacks.ts';
import { Laboratory, type LaboratoryOptions, leak, misjudged } from './laboratory.ts';
import { tryProcess } from './process-trials.ts';

/** One thing that was tried, and whether the sandbox held. */
export interface Check {
  readonly name: string;
  /** What was tried. */
  readonly tries: string;
  readonly holds: boolean;
  /** What happened instead; null when it holds. */
  readonly why: string | null;
  /** Unit: milliseconds. */
  readonly ms: number;
}

export interface ExamineOptions extends LaboratoryOptions {
  /** Names of checks. Default: all. */
  readonly only?: readonly string[];
}

/** What a runner's process may not do, by the name of the trial. */
const TRIALS: readonly (readonly [name: string, tries: string])[] = [
  ['process-environment', 'to read the environment'],
  ['process-arguments', 'to read arguments of the command line'],
  ['process-read', 'to read a file'],
  ['process-list', 'to list a folder'],
  ['process-own-code', 'to read the runner’s own code again'],
  ['process-memory-of-others', 'to read what the gateway was started with'],
  ['process-write', 'to write a file'],
  ['process-folder', 'to make a folder'],
  ['process-link', 'to make a link'],
  ['process-spawn', 'to start a process'],
  ['process-worker', 'to start a thread with code of its own'],
  ['process-add-on', 'to load native code'],
  ['process-inspector', 'to open a debugger'],
  ['process-database', 'to open a database, as that of the gateway'],
  ['process-modules', 'to load a part of Node that runners have no use for'],
  [
    'process-internals',
    'to reach what Node itself is made of, or a report of everything in the process',
  ],
  ['process-signal', 'to send a signal to the gateway'],
  ['process-code-from-text', 'to make code of text, outside of an isolate'],
  ['process-listen', 'to listen on a port'],
  ['process-connect', 'to connect to a port'],
  ['process-datagram', 'to send datagrams'],
  ['process-name-lookup', 'to look up a name, which tells whoever serves the zone'],
];

/** All checks in their order, each with what is tried. */
export const CHECKS: readonly (readonly [name: string, tries: string])[] = [
  ...TRIALS,
  ...ATTACKS.map(({ name, tries }) => [name, tries] as const),
];

/**
 * Tries on this machine what hostile code would try.
 *
 * @yields Every check when it is done.
 * @throws {EntradaError} `EXTENSION_RUNNER_LOST` when no runner starts here.
 */
export async function* examine(options: ExamineOptions): AsyncGenerator<Check> {
  const isWanted = (name: string): boolean => options.only?.includes(name) ?? true;
  if (TRIALS.some(([name]) => isWanted(name))) {
    for (const check of await examineProcess(options.jitless ?? false)) {
      if (isWanted(check.name)) yield check;
    }
  }
  const attacks = ATTACKS.filter(({ name }) => isWanted(name));
  if (attacks.length === 0) return;
  await using laboratory = await Laboratory.open(options);
  for (const attack of attacks) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other: each has the machine for itself
    yield await examineAttack(attack, laboratory);
  }
}

async function examineProcess(jitless: boolean): Promise<readonly Check[]> {
  const before = performance.now();
  const done = new Map(await tryProcess(jitless));
  const ms = (performance.now() - before) / TRIALS.length;
  return TRIALS.map(([name, tries]) => {
    const why = done.get(name) ?? (done.has(name) ? null : 'it was not tried');
    return { name, tries, holds: why === null, why, ms };
  });
}

async function examineAttack(attack: Attack, laboratory: Laboratory): Promise<Check> {
  const { name, tries, ends } = attack;
  const attempt = await laboratory.attempt(attack);
  const why = misjudged(ends, attempt) ?? leak(attempt) ?? (await laboratory.damage()) ?? null;
  return { name, tries, holds: why === null, why, ms: attempt.ms };
}

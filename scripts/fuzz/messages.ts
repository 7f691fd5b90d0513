import { DEFAULT_LIMITS } from '../../src/extensions/limits.ts';
import { DONE, USAGE } from '../../test/_support/lying-pool.ts';
import type { Step } from '../../test/_support/lying-runner.ts';
import type { Dice } from './dice.ts';

type Message = { readonly [name: string]: unknown };

/** Messages of a runner as they should be, to be changed at random. */
const MESSAGES: readonly [Message, ...Message[]] = [
  { type: 'done', id: 'ID', outcome: { ok: true, result: '"x"' }, usage: USAGE },
  {
    type: 'done',
    id: 'ID',
    outcome: { ok: false, failure: { kind: 'throw', code: 'X', message: 'm', frames: [] } },
    usage: USAGE,
  },
  { type: 'call', id: 'ID', call: 1, op: 'share', argument: '{}' },
  { type: 'log', id: 'ID', level: 'info', text: 'x' },
  { type: 'ready', v8: 'x', node: 'x' },
  { type: 'loaded', extension: 'liar' },
  { type: 'unloadable', extension: 'other', failure: {} },
  { type: 'compiled', extension: 'other', cache: '', platformCache: '' },
  { type: 'sick', id: null, reason: 'x' },
  { type: 'inspect', message: '{}' },
];

/** What a field may be instead. */
function odd(dice: Dice): unknown {
  return dice.pick<() => unknown>([
    () => null,
    () => -1,
    () => 2 ** 53,
    () => 1.5,
    () => true,
    () => '',
    () => '\ud800',
    () => 'x'.repeat(dice.below(DEFAULT_LIMITS.resultLength * 2)),
    () => [],
    () => ({}),
    () => ({ __proto__: null, toString: 1 }),
    () => [[[[odd(dice)]]]],
    () => '__proto__',
  ])();
}

/** What a runner says in the place of running an invocation: messages that are nearly right, and bytes. */
export function steps(dice: Dice): readonly Step[] {
  return [...dice.some(5, () => step(dice)), DONE];
}

function step(dice: Dice): Step {
  if (dice.chance(10)) {
    return { raw: Buffer.from(dice.some(64, () => dice.below(256))).toString('base64') };
  }
  const say = changed(dice.pick(MESSAGES), dice);
  return dice.chance(10) ? { times: 1 + dice.below(200), say } : { say };
}

function changed(message: Message, dice: Dice): Message {
  const entries = Object.entries(message).flatMap(([name, value]): [string, unknown][] => {
    if (dice.chance(75)) return [[name, value]];
    return dice.chance(30) ? [] : [[name, odd(dice)]];
  });
  return Object.fromEntries(entries);
}

import type { Attack } from './attack.ts';
import { BRIDGE } from './attacks/bridge.ts';
import { ESCAPES } from './attacks/escape.ts';
import { FLOODS } from './attacks/floods.ts';
import { HOOKS } from './attacks/hooks.ts';
import { LEAKS } from './attacks/leaks.ts';
import { MEMORY } from './attacks/memory.ts';
import { POLLUTION } from './attacks/pollution.ts';
import { TIME } from './attacks/time.ts';

/** Every attack of guest code on its isolate, on others and on the host. */
export const ATTACKS: readonly Attack[] = [
  ...ESCAPES,
  ...POLLUTION,
  ...HOOKS,
  ...BRIDGE,
  ...LEAKS,
  ...FLOODS,
  ...TIME,
  ...MEMORY,
];

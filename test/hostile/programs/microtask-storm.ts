import { holdsAgainst } from '../../_support/attack.ts';

holdsAgainst('microtask-storm');

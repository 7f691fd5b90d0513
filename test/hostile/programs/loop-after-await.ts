import { holdsAgainst } from '../../_support/attack.ts';

holdsAgainst('loop-after-await');

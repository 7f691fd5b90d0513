import { holdsAgainst } from '../../_support/attack.ts';

holdsAgainst('symbol-pollution');

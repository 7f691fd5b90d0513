import { holdsAgainst } from '../../_support/attack.ts';

holdsAgainst('weak-things');

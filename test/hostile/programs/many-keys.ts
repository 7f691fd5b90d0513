import { holdsAgainst } from '../../_support/attack.ts';

holdsAgainst('many-keys');

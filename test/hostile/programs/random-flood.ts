import { holdsAgainst } from '../../_support/attack.ts';

holdsAgainst('random-flood');

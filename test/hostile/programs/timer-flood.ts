import { holdsAgainst } from '../../_support/attack.ts';

holdsAgainst('timer-flood');

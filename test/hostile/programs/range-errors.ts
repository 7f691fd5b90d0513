import { holdsAgainst } from '../../_support/attack.ts';

holdsAgainst('range-errors');

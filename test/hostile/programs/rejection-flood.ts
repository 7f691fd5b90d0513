import { holdsAgainst } from '../../_support/attack.ts';

holdsAgainst('rejection-flood');

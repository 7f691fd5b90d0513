import { holdsAgainst } from '../../_support/attack.ts';

holdsAgainst('chosen-limits');

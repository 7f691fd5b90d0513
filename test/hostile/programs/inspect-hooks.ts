import { holdsAgainst } from '../../_support/attack.ts';

holdsAgainst('inspect-hooks');

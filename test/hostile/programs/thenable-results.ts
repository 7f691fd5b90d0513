import { holdsAgainst } from '../../_support/attack.ts';

holdsAgainst('thenable-results');

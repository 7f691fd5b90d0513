import { holdsAgainst } from '../../_support/attack.ts';

holdsAgainst('pending-promise');

import { holdsAgainst } from '../../_support/attack.ts';

holdsAgainst('log-flood');

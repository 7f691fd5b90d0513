import { holdsAgainst } from '../../_support/attack.ts';

holdsAgainst('crypto-flood');

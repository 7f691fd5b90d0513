import { holdsAgainst } from '../../_support/attack.ts';

holdsAgainst('call-flood');

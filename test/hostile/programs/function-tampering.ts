import { holdsAgainst } from '../../_support/attack.ts';

holdsAgainst('function-tampering');

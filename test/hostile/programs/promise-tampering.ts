import { holdsAgainst } from '../../_support/attack.ts';

holdsAgainst('promise-tampering');

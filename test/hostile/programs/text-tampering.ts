import { holdsAgainst } from '../../_support/attack.ts';

holdsAgainst('text-tampering');

import { holdsAgainst } from '../../_support/attack.ts';

holdsAgainst('not-cloneable');

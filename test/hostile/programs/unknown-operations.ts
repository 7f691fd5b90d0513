import { holdsAgainst } from '../../_support/attack.ts';

holdsAgainst('unknown-operations');

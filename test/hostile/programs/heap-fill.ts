import { holdsAgainst } from '../../_support/attack.ts';

holdsAgainst('heap-fill');

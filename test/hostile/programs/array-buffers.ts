import { holdsAgainst } from '../../_support/attack.ts';

holdsAgainst('array-buffers');

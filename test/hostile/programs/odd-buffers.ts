import { holdsAgainst } from '../../_support/attack.ts';

holdsAgainst('odd-buffers');

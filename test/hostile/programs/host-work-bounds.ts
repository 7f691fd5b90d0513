import { holdsAgainst } from '../../_support/attack.ts';

holdsAgainst('host-work-bounds');

import { holdsAgainst } from '../../_support/attack.ts';

holdsAgainst('descriptor-pollution');

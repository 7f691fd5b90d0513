import { holdsAgainst } from '../../_support/attack.ts';

holdsAgainst('used-memory');

import { holdsAgainst } from '../../_support/attack.ts';

holdsAgainst('text-as-code');

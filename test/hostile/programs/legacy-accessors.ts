import { holdsAgainst } from '../../_support/attack.ts';

holdsAgainst('legacy-accessors');

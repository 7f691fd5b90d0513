import { holdsAgainst } from '../../_support/attack.ts';

holdsAgainst('iterator-hooks');

import { holdsAgainst } from '../../_support/attack.ts';

holdsAgainst('sort-comparator');

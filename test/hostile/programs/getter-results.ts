import { holdsAgainst } from '../../_support/attack.ts';

holdsAgainst('getter-results');

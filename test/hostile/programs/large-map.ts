import { holdsAgainst } from '../../_support/attack.ts';

holdsAgainst('large-map');

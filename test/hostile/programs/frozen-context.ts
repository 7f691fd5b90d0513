import { holdsAgainst } from '../../_support/attack.ts';

holdsAgainst('frozen-context');

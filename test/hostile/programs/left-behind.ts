import { holdsAgainst } from '../../_support/attack.ts';

holdsAgainst('left-behind');

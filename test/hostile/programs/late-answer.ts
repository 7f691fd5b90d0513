import { holdsAgainst } from '../../_support/attack.ts';

holdsAgainst('late-answer');

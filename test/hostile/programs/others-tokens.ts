import { holdsAgainst } from '../../_support/attack.ts';

holdsAgainst('others-tokens');

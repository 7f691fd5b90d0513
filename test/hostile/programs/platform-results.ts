import { holdsAgainst } from '../../_support/attack.ts';

holdsAgainst('platform-results');

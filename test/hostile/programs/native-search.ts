import { holdsAgainst } from '../../_support/attack.ts';

holdsAgainst('native-search');

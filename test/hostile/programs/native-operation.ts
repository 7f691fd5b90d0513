import { holdsAgainst } from '../../_support/attack.ts';

holdsAgainst('native-operation');

import { holdsAgainst } from '../../_support/attack.ts';

holdsAgainst('end-in-native-work');

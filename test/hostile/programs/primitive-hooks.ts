import { holdsAgainst } from '../../_support/attack.ts';

holdsAgainst('primitive-hooks');

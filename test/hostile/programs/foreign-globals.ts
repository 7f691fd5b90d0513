import { holdsAgainst } from '../../_support/attack.ts';

holdsAgainst('foreign-globals');

import { holdsAgainst } from '../../_support/attack.ts';

holdsAgainst('async-generator-hooks');

import { holdsAgainst } from '../../_support/attack.ts';

holdsAgainst('stack-trace-hooks');

import { holdsAgainst } from '../../_support/attack.ts';

holdsAgainst('event-hooks');

import { holdsAgainst } from '../../_support/attack.ts';

holdsAgainst('constructor-walk');

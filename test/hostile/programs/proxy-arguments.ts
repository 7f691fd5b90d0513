import { holdsAgainst } from '../../_support/attack.ts';

holdsAgainst('proxy-arguments');

import { holdsAgainst } from '../../_support/attack.ts';

holdsAgainst('index-setters');

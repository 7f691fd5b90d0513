import { holdsAgainst } from '../../_support/attack.ts';

holdsAgainst('prototype-proxies');

import { holdsAgainst } from '../../_support/attack.ts';

holdsAgainst('json-tampering');

import { holdsAgainst } from '../../_support/attack.ts';

holdsAgainst('resizable-buffers');

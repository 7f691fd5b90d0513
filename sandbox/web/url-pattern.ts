/** `URLPattern`: the polyfill of the standard, with the platform's own URL parser. */
import { URLPattern } from 'urlpattern-polyfill/urlpattern';
import { restoreNames } from './webidl.ts';

restoreNames({ URLPattern });

export { URLPattern };

/** `URLPattern`: the polyfill of the standard, with the platform's own URL parser. */
import { URLPattern } from 'urlpattern-polyfill/urlpattern';
import { adoptInterfaces } from './webidl.ts';

adoptInterfaces({ URLPattern });

export { URLPattern };

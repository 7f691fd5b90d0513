import { hash } from 'node:crypto';

import { ICON, STYLESHEET } from './pages/look.ts';

/** A file that pages load. The name holds the hash of the content, so that browsers may keep it for ever. */
export interface Asset {
  readonly path: string;
  readonly type: string;
  readonly content: string;
}

function asset(name: string, extension: string, type: string, content: string): Asset {
  const digest = hash('sha256', content, 'hex').slice(0, 16);
  return { path: `/__chsps__/${name}-${digest}.${extension}`, type, content };
}

/** Everything that is served from a file's path. There is no look-up in a file system. */
export const ASSETS: { readonly style: Asset; readonly icon: Asset } = {
  style: asset('style', 'css', 'text/css; charset=utf-8', STYLESHEET),
  icon: asset('icon', 'svg', 'image/svg+xml; charset=utf-8', ICON),
};

import { html } from './html.ts';
import type { Html } from './html.ts';

/** What stands for a photo: the first letters of the first and the last word of a name. */
export function initials(name: string): Html {
  const letters = name.split(/\s+/).flatMap((word) => /\p{L}\p{M}*/u.exec(word)?.[0] ?? []);
  const text = letters.slice(0, 1).concat(letters.slice(1).slice(-1)).join('');
  return html`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 96 96">
    <rect width="96" height="96" fill="#0b4fb3" />
    <text
      x="48"
      y="60"
      fill="#fff"
      font-family="system-ui, sans-serif"
      font-size="36"
      text-anchor="middle"
    >
      ${text.toUpperCase()}
    </text>
  </svg>`;
}

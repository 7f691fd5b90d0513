let make: (text: string) => Html;

/** Text that is HTML already. Only `html` makes it. */
export class Html {
  readonly #text: string;

  private constructor(text: string) {
    this.#text = text;
  }

  toString(): string {
    return this.#text;
  }

  static {
    make = (text) => new Html(text);
  }
}

/** What may stand in a template. Null and undefined stand for nothing, a list for its members. */
export type Insert = string | number | Html | null | undefined | readonly Insert[];

/**
 * A template whose insertions are escaped, for text and for attributes in double quotes. What another `html` made is
 * inserted as it is.
 */
export function html(parts: TemplateStringsArray, ...inserts: readonly Insert[]): Html {
  let text = parts[0] ?? '';
  for (let index = 0; index < inserts.length; index++) {
    text += render(inserts[index]) + (parts[index + 1] ?? '');
  }
  return make(text);
}

function render(insert: Insert): string {
  if (insert === null || insert === undefined) return '';
  if (typeof insert === 'string') return escape(insert);
  if (insert instanceof Html) return insert.toString();
  if (typeof insert === 'number') return String(insert);
  return insert.map(render).join('');
}

const ENTITIES: { readonly [character: string]: string } = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const SPECIAL = /[&<>"']/;

/** Most texts have nothing to escape. */
const escape = (text: string): string =>
  SPECIAL.test(text) ? text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? '') : text;

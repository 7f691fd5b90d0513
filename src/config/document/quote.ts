/** Characters that a terminal or an editor would obey or hide instead of showing: controls, bidirectional marks, breaks. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/** Longer values say nothing more in a message. Unit: UTF-16 code units. */
const QUOTED_LENGTH = 80;

/** The search for passwords takes the square of this. Unit: UTF-16 code units. */
const SEARCHED_LENGTH = 2000;

/** A name and a password before the host of a URL, and what is left of that when something is amiss. */
export const USERINFO: RegExp =
  /(?<=:\/+)[^\n@]+(?=@)|(?<=:)[^\s/:"'@]+(?=@)|[^\s"'@]+(?=@[\w.-]+:\d)/g;

/** A text of a file as a message shows it: in double quotes, cut to size, with no password and nothing invisible in it. */
export function quote(given: string): string {
  const text = given.length > SEARCHED_LENGTH ? '' : given.replaceAll(USERINFO, '[secret]');
  const cut = given.length > QUOTED_LENGTH ? `${text.slice(0, QUOTED_LENGTH)}…` : text;
  return JSON.stringify(cut).replace(INVISIBLE, escapeCharacter);
}

function escapeCharacter(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}

/** A line of a file as a terminal may show it: of the same length, with a replacement for everything but tabs. */
export function visible(line: string): string {
  return line.replace(INVISIBLE, (character) =>
    character === '\t' ? character : '\u{fffd}'.repeat(character.length),
  );
}

/** Words as a sentence lists them: `a, b or c`. */
export function oneOf(words: readonly string[]): string {
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}

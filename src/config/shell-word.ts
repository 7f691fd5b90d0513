/** Nothing in these means anything to a shell. */
const PLAIN = /^[\w@%+=:,./-]+$/;

/** A text as one word of a command that is printed for copying: as it is, or in quotes where a shell would read more into it. */
export function shellWord(text: string): string {
  return PLAIN.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** A command that keeps a file from all other users. Its path is the whole one: whoever copies it may be in any folder. */
export function closeToOthers(file: string): string {
  return `chmod o-rwx ${shellWord(file)}`;
}

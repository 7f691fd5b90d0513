/** What moves a cursor, hides, or turns the direction of text: nothing of it may be in what somebody approves. */
const UNSEEN = /\p{Cc}|\p{Cf}|\p{Zl}|\p{Zp}|\p{Default_Ignorable_Code_Point}/gu;

/**
 * Text of somebody else as a terminal may show it: every character that is not seen stands there by its number. Tabs are
 * left alone.
 */
export function visible(text: string): string {
  return text.replaceAll(UNSEEN, (character) =>
    character === '\t' ? character : `\\u{${character.codePointAt(0)?.toString(16)}}`,
  );
}

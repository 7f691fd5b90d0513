import fc from 'fast-check';

/**
 * Any character of Unicode, as a unit of texts. The unit that fast-check calls `binary` gives the same, and first makes a
 * table of all of them: some seconds for a process.
 */
export const anyCharacter: fc.Arbitrary<string> = fc
  .oneof(fc.integer({ min: 0, max: 0xd7ff }), fc.integer({ min: 0xe000, max: 0x10ffff }))
  .map((point) => String.fromCodePoint(point));

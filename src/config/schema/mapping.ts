import { z } from 'zod';
import { type Attribute, ATTRIBUTE_PATTERN, parseAttribute } from '../values/attribute.ts';
import { CLAIM_PATTERN, nameOf, parseClaim } from '../values/names.ts';
import { id, list, name, text, words } from './forms.ts';

/** One rule of `mapping`, as it is written. */
export interface MappingEntry {
  readonly name?: string | undefined;
  readonly claim?: string | undefined;
  readonly from?: Attribute | undefined;
  readonly value?: string | undefined;
  readonly group?: string | undefined;
  readonly role?: string | undefined;
  readonly deny?: string | undefined;
  readonly message?: string | undefined;
  readonly when?: ConditionEntry | undefined;
  readonly unless?: ConditionEntry | undefined;
  readonly applies_to: readonly string[];
}

export interface ConditionEntry {
  readonly attribute?: Attribute | undefined;
  readonly is?: readonly string[] | undefined;
  readonly entra_group?: readonly string[] | undefined;
  readonly group?: readonly string[] | undefined;
}

const attribute = text({
  parse: parseAttribute,
  expects: 'an attribute such as graph:department',
  pattern: ATTRIBUTE_PATTERN,
  examples: [
    'graph:department',
    'graph:onPremisesExtensionAttributes.extensionAttribute1',
    'token:employeeid',
  ],
});

const condition: z.ZodType<ConditionEntry> = z
  .strictObject({
    attribute: attribute.optional().describe('The value of this attribute is one of is.'),
    is: list(name('a value'), 'a list of values', 'lines')
      .optional()
      .describe(
        'Values, compared letter by letter; of an attribute that is a list, one of its values counts. Left out: the attribute has any value.',
      ),
    entra_group: list(name('the name of a group'), 'a list of names of groups', 'lines')
      .optional()
      .describe('The person is in one of these groups of Entra: names, or object ids.'),
    group: list(name('the name of a group'), 'a list of names of groups', 'lines')
      .optional()
      .describe('The person has one of these groups of this file, before any rule adds one.'),
  })
  .meta({
    oneOf: [{ required: ['attribute'] }, { required: ['entra_group'] }, { required: ['group'] }],
  });

const DENIAL_PATTERN = '[a-z0-9_-]{1,64}';

export const mappingSchema: z.ZodType<MappingEntry> = z
  .strictObject({
    name: name('a name')
      .optional()
      .describe('What the rule is called where a sign-in is explained. Left out: what it does.'),
    claim: text({ parse: parseClaim, expects: 'the name of a claim', pattern: CLAIM_PATTERN })
      .optional()
      .describe(
        'Sets this claim, to what from or value says. Of several rules for one claim the first that has a value counts.',
      ),
    from: attribute
      .optional()
      .describe(
        'Where the value of the claim is read. Without a value there the claim is not set.',
      ),
    value: name('a value').optional().describe('The value of the claim.'),
    group: name('the name of a group').optional().describe('Adds this group of this file.'),
    role: name('the name of a role').optional().describe('Adds this role of this file.'),
    deny: text({
      parse: nameOf(DENIAL_PATTERN, 'the word of a denial', 'Use small letters, digits, _ and -.'),
      expects: 'a word such as contractors',
      pattern: DENIAL_PATTERN,
    })
      .optional()
      .describe('Refuses the sign-in. The page of the person shows this word.'),
    message: words('a sentence').optional().describe('What the person who is refused is told.'),
    when: condition.optional().describe('The rule holds only then.'),
    unless: condition.optional().describe('The rule does not hold then.'),
    applies_to: list(id('a method'), 'a list of ids of methods')
      .prefault([])
      .describe('Ids of the methods whose sign-ins the rule is about. Empty: all.'),
  })
  .meta({
    oneOf: [
      { required: ['claim'] },
      { required: ['group'] },
      { required: ['role'] },
      { required: ['deny'] },
    ],
  });

import { z } from 'zod';
import type { StoreKey } from '../config.ts';
import { withTraits } from '../document/traits.ts';
import { KEY_PATTERN, parseKeys } from '../keys.ts';
import { DURATION_PATTERN, parseDuration } from '../values/duration.ts';
import { parseStore, STORE_PATTERN } from '../values/store-location.ts';
import { authenticationSchema, type AuthenticationEntry } from './authentication.ts';
import { extensionSchema, type ExtensionEntry } from './extension.ts';
import { entries, filled, text } from './forms.ts';
import { groupSchema, roleSchema, type GroupEntry, type RoleEntry } from './group.ts';
import { mappingSchema, type MappingEntry } from './mapping.ts';
import { serverSchema, type ServerEntry } from './server.ts';
import { serviceSchema, type ServiceEntry } from './service.ts';

/** `entrada.yaml`, as it is written, with defaults. Durations are in milliseconds, paths as written. */
export interface EntradaFile {
  readonly version: 1;
  readonly server: ServerEntry;
  readonly session: { readonly idle: number; readonly absolute: number };
  readonly store: string;
  /** One list of keys for each entry. */
  readonly keys: readonly (readonly StoreKey[])[];
  readonly explain: { readonly retention: number };
  readonly authentications: readonly AuthenticationEntry[];
  readonly groups: readonly GroupEntry[];
  readonly roles: readonly RoleEntry[];
  readonly services: readonly ServiceEntry[];
  readonly mapping: readonly MappingEntry[];
  readonly extensions: readonly ExtensionEntry[];
}

const duration = text({
  parse: parseDuration,
  expects: 'a duration such as 30m',
  pattern: DURATION_PATTERN,
  examples: ['30m', '12h', '30d'],
});

const session = z.strictObject({
  idle: duration.prefault('30m').describe('A session ends when it is not used for so long.'),
  absolute: duration
    .prefault('12h')
    .describe('A session ends so long after the sign-in, however much it is used.'),
});

const keyLines = text({
  parse: parseKeys,
  expects: 'a key, id:base64url of 32 bytes',
  pattern: `\\s*${KEY_PATTERN}(?:\\s+${KEY_PATTERN})*\\s*`,
});

const keys = withTraits(
  z.union([z.array(keyLines).min(1), keyLines.transform((lines) => [lines])]),
  { secret: true, expects: 'a list of keys, or ${file:…} with one key a line' },
);

export const fileSchema: z.ZodType<EntradaFile> = withTraits(
  z.strictObject({
    version: z.literal(1).describe('Version of the form of this file.'),
    server: serverSchema,
    session: session.prefault({}).describe('How long people stay signed in.'),
    store: text({
      parse: parseStore,
      expects: 'a store such as sqlite:var/entrada.db',
      pattern: STORE_PATTERN,
      examples: ['sqlite:var/entrada.db'],
    })
      .prefault('sqlite:var/entrada.db')
      .describe('Where sessions and tokens are kept: sqlite: and the path of a file.'),
    keys: keys.describe(
      'Keys that encrypt tokens in the store, each as id:base64url of 32 bytes. The first encrypts, all decrypt: put a new one first, and take the old one out when nothing is left of it. entrada keygen makes one.',
    ),
    explain: z
      .strictObject({
        retention: duration.prefault('30d').describe('How long it is kept.'),
      })
      .prefault({})
      .describe('The record of each sign-in, for entrada explain.'),
    authentications: filled(authenticationSchema, 'a list of methods of authentication').describe(
      'Methods of authentication: the chain, in order.',
    ),
    groups: entries(groupSchema, 'a list of groups').prefault([]).describe('Groups of people.'),
    roles: entries(roleSchema, 'a list of roles').prefault([]).describe('Roles of administrators.'),
    services: filled(serviceSchema, 'a list of services').describe('What people can sign in to.'),
    mapping: entries(mappingSchema, 'a list of rules')
      .prefault([])
      .describe(
        'Rules without code, in order: a claim from a property in Graph, a group by an attribute, a denial by group. They run before the extensions, as one of them, and fail as one: nobody gets in when they cannot be asked.',
      ),
    extensions: entries(extensionSchema, 'a list of extensions')
      .prefault([])
      .describe("The operator's extensions, in order."),
  }),
  { unavailable: ['accounts', 'administrators'] },
);

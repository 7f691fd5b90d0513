import { z } from 'zod';

import type { EnrichGrant, SessionsGrant } from '../config/config.ts';
import { withTraits } from '../config/document/traits.ts';
import { entries, filled, name, text, word } from '../config/schema/forms.ts';
import { readJson } from '../config/values/json.ts';
import { take } from '../config/schema/forms.ts';
import {
  CLAIM_PATTERN,
  DESTINATION_NAME_PATTERN,
  HEADER_PATTERN,
  nameOf,
  parseClaim,
  parseDestinationName,
  parseHeaderName,
  parseSecretName,
  SECRET_NAME_PATTERN,
} from '../config/values/names.ts';
import { ORIGIN_PATTERN, parseOrigin } from '../config/values/origin.ts';
import {
  METHOD_PATTERN,
  parseMethod,
  parseRequestPattern,
  REQUEST_PATTERN,
} from '../config/values/request-pattern.ts';
import { parsed, refused } from '../config/values/parsed.ts';
import { parseResource, RESOURCE_PATTERN } from '../config/values/resource.ts';
import { parseScope, SCOPE_PATTERN } from '../config/values/scope.ts';
import { cronFault, type Schedule } from './cron.ts';
import type { Conditions, FetchRequest, Manifest, TokenRequest } from './manifest.ts';

const NAME_PATTERN = '[a-z][a-z0-9-]{0,39}';
const VERSION_PATTERN = '\\d+\\.\\d+\\.\\d+(?:-[0-9A-Za-z.-]+)?';
const ENTRY_PATTERN = '(?!.*(?:^|/)\\.\\.?(?:/|$))[\\w.-]+(?:/[\\w.-]+)*\\.(?:ts|mts|js|mjs)';

const KEY_PATTERN = '[A-Za-z][\\w.-]{0,63}';

const sharedKey = text({
  parse: nameOf(KEY_PATTERN, 'a key of a shared value', 'Use letters, digits, _, . and -.'),
  expects: 'a key such as risk',
  pattern: KEY_PATTERN,
});

const sharedValue = text({
  parse: nameOf(
    `${NAME_PATTERN}\\.${KEY_PATTERN}`,
    'a shared value',
    'Write the name of the extension, a dot and the key, as in risk-score.level.',
  ),
  expects: 'a value such as risk-score.level',
  pattern: `${NAME_PATTERN}\\.${KEY_PATTERN}`,
});

const conditions: z.ZodType<Conditions> = z.strictObject({
  services: entries(
    word('file-browser', 'management-console', 'forward-auth'),
    'a list of types of services',
  )
    .prefault([])
    .describe('At these services alone.'),
  groups: entries(name('the name of a group'), 'a list of names of groups')
    .prefault([])
    .describe('For members of one of these groups alone.'),
  roles: entries(name('the name of a role'), 'a list of names of roles')
    .prefault([])
    .describe('For those who have one of these roles alone.'),
});

const requests = filled(
  text({
    parse: parseRequestPattern,
    expects: "a request such as 'GET /v1.0/me'",
    pattern: REQUEST_PATTERN,
    examples: ['GET /v1.0/me'],
  }),
  "a list of requests such as 'GET /v1.0/me'",
).describe('Requests that the extension makes: method, space, path.');

const required = z
  .boolean()
  .prefault(false)
  .describe(
    'true: the extension is of no use without it, and is not loaded where it is not granted.',
  );

const token: z.ZodType<TokenRequest> = z.strictObject({
  resource: text({
    parse: parseResource,
    expects: 'an API such as https://graph.microsoft.com',
    pattern: RESOURCE_PATTERN,
  }).describe('The API that the token is for.'),
  scopes: entries(
    text({ parse: parseScope, expects: 'a scope such as User.Read', pattern: SCOPE_PATTERN }),
    'a list of scopes such as User.Read',
  )
    .prefault([])
    .describe('Scopes that the token has to have. The operator lists them in api_scopes.'),
  allow: requests,
  required,
  expose: word('handle', 'raw')
    .prefault('handle')
    .describe('raw: the extension needs the token itself; the operator has to grant that too.'),
});

const fetchOrigin = z.strictObject({
  origin: text({
    parse: parseOrigin,
    expects: 'an https origin',
    pattern: ORIGIN_PATTERN,
  }).describe('A server, by its exact origin.'),
  allow: requests,
  required,
});

const fetchNamed = z.strictObject({
  name: text({
    parse: parseDestinationName,
    expects: 'a name such as teams',
    pattern: DESTINATION_NAME_PATTERN,
  }).describe("A destination whose URL the operator keeps: fetch('entrada:NAME')."),
  allow: filled(
    text({ parse: parseMethod, expects: 'a method such as POST', pattern: METHOD_PATTERN }),
    'a list of methods such as POST',
  ).describe('Methods that the extension uses.'),
  required,
});

const enrich: z.ZodType<EnrichGrant> = z.strictObject({
  groups: entries(name('the name of a group'), 'a list of names of groups').prefault([]),
  roles: entries(name('the name of a role'), 'a list of names of roles').prefault([]),
  claims: entries(
    text({ parse: parseClaim, expects: 'the name of a claim', pattern: CLAIM_PATTERN }),
    'a list of names of claims',
  ).prefault([]),
  username: z.boolean().prefault(false),
  home: z.boolean().prefault(false),
  session: z.boolean().prefault(false),
  headers: entries(
    text({ parse: parseHeaderName, expects: 'the name of a header', pattern: HEADER_PATTERN }),
    'a list of names of headers',
  ).prefault([]),
});

const sessions: z.ZodType<SessionsGrant> = z.strictObject({
  end: z
    .boolean()
    .prefault(false)
    .describe('true: the extension ends sessions that run, in events and schedule.'),
});

const fetchRequest: z.ZodType<FetchRequest> = withTraits(z.union([fetchOrigin, fetchNamed]), {
  expects: '{ origin: …, allow: […] } or { name: …, allow: […] }',
});

const asked = z.strictObject({
  tokens: entries(token, 'a list of { resource: …, allow: […] }')
    .prefault([])
    .describe('Tokens of APIs.'),
  fetch: entries(fetchRequest, 'a list of { origin: …, allow: […] }')
    .prefault([])
    .describe('Servers that the extension calls.'),
  secrets: entries(
    text({ parse: parseSecretName, expects: 'the name of a secret', pattern: SECRET_NAME_PATTERN }),
    'a list of names of secrets',
  )
    .prefault([])
    .describe('Secrets, by name; the operator keeps their values.'),
  password: z
    .boolean()
    .prefault(false)
    .describe(
      'true: it has an authenticate hook, which is shown usernames and passwords. The operator grants that by a method of type: extension.',
    ),
  enrich: enrich.prefault({}).describe('What enrich changes of the signed-in person.'),
  sessions: sessions.prefault({}).describe('What the extension does about sessions that run.'),
});

const CRON_PATTERN = '\\S+(?: \\S+){4}';

const cron = text({
  parse: (given) =>
    cronFault({ cron: given, timezone: 'UTC' })
      ? refused((it) => `${it} is no time of a schedule`, {
          next: 'Write minute, hour, day of month, month and day of week, as in 0 3 * * 1-5.',
        })
      : parsed(given),
  expects: "a time such as '0 3 * * *'",
  pattern: CRON_PATTERN,
  examples: ['0 3 * * *'],
}).describe('Minute, hour, day of month, month, day of week.');

const timezone = text({
  parse: (given) =>
    cronFault({ cron: '0 0 * * *', timezone: given })
      ? refused((it) => `${it} is no time zone`, { next: 'Write one such as Europe/Bucharest.' })
      : parsed(given),
  expects: 'a time zone such as Europe/Bucharest',
  examples: ['Europe/Bucharest'],
})
  .prefault('UTC')
  .describe('Time zone of the times. Left out: UTC.');

const schedule: z.ZodType<Schedule> = withTraits(
  z.union([
    cron.transform((given) => ({ cron: given, timezone: 'UTC' })),
    z.strictObject({ cron, timezone }),
  ]),
  { expects: "a time such as '0 3 * * *', or { cron: …, timezone: … }" },
);

/** Below the folder of the manifest: no part of it is `.` or `..`. */
const FIXTURE_PATTERN =
  '(?!.*(?:^|/)\\.\\.?(?:/|$))[\\w.*?@-]+(?:/[\\w.*?@-]+)*\\.(?:yaml|yml|json)';

const fixture = text({
  parse: nameOf(
    FIXTURE_PATTERN,
    'a path of fixtures',
    'Name .yaml or .json files in the folder of this file, as in fixtures/*.yaml.',
  ),
  expects: 'a path such as fixtures/*.yaml',
  pattern: FIXTURE_PATTERN,
  examples: ['fixtures/*.yaml'],
});

const configSchema = z
  .record(z.string(), z.unknown())
  .transform((given, context) => take(readJson(given), context));

/** The schema of `extension.yaml`. */
export const manifestSchema: z.ZodType<Manifest> = z.strictObject({
  api: z.literal(1).describe('Version of the interface that the extension is written for: 1.'),
  name: text({
    parse: nameOf(
      NAME_PATTERN,
      'the name of an extension',
      'Use small letters, digits and -, at most 40.',
    ),
    expects: 'a name such as department-gate',
    pattern: NAME_PATTERN,
  }).describe('Name of the extension: logs, errors and shared values use it.'),
  version: text({
    parse: nameOf(VERSION_PATTERN, 'a version', "Write three numbers in quotes, as in '1.0.0'."),
    expects: 'a version such as 1.0.0',
    pattern: VERSION_PATTERN,
  }).describe('Version, for people; what runs is told apart by its hash.'),
  entry: text({
    parse: nameOf(
      ENTRY_PATTERN,
      'the entry of an extension',
      'Name a .ts or .js file in the folder of this file.',
    ),
    expects: 'a file such as index.ts',
    pattern: ENTRY_PATTERN,
  })
    .prefault('index.ts')
    .describe('The file whose default export has the hooks.'),
  requests: asked
    .prefault({})
    .describe('What the extension asks for. It can do what both this and the operator say.'),
  when: conditions.prefault({}).describe('When decide and enrich run. Left out: at every sign-in.'),
  provides: entries(sharedKey, 'a list of keys such as risk')
    .prefault([])
    .describe('Keys of the values that the extension shares with those after it.'),
  consumes: entries(sharedValue, 'a list of values such as risk-score.level')
    .prefault([])
    .describe('Values of other extensions that it reads: it runs after them.'),
  schedule: schedule
    .nullable()
    .prefault(null)
    .describe('When schedule runs: one run at a time, and one for all that were missed.'),
  fixtures: entries(fixture, 'a list of paths such as fixtures/*.yaml')
    .nullable()
    .prefault(null)
    .describe(
      'Fixtures that a version has to get through before a running gateway takes it: paths in this folder, with * and **. Left out: the files of fixtures/.',
    ),
  config: withTraits(configSchema, { expects: 'a JSON Schema' })
    .nullable()
    .prefault(null)
    .describe('JSON Schema of the config that the operator gives.'),
});

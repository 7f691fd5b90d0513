import { z } from 'zod';
import { withTraits } from '../document/traits.ts';
import { ORIGIN_PATTERN, parseOrigin } from '../values/origin.ts';
import { parseServicePath, SERVICE_PATH_PATTERN } from '../values/service-path.ts';
import { id, list, text } from './forms.ts';

/** One entry of `services`, as it is written. */
export type ServiceEntry =
  | ServiceBase<'file-browser'>
  | ServiceBase<'management-console'>
  | (ServiceBase<'forward-auth'> & { readonly hosts: readonly string[] });

interface ServiceBase<Type extends string> {
  readonly type: Type;
  readonly path: string;
  readonly authentications?: readonly string[] | undefined;
}

const type = <const Type extends string>(word: Type): z.ZodLiteral<Type> =>
  withTraits(z.literal(word), { substitution: 'written' });

const path = text({
  parse: parseServicePath,
  expects: 'a path such as /console',
  pattern: SERVICE_PATH_PATTERN,
});

const authentications = list(id('a method'), 'a list of ids of methods')
  .optional()
  .describe(
    'Ids of the methods that people may sign in with here, in order. Left out: all of them. Only the first entra-id method of a service is used.',
  );

const fileBrowser = z.strictObject({
  type: type('file-browser').describe('Files of the home folder. People need a group.'),
  path: path.prefault('/').describe('Where it is found below the public URL.'),
  authentications,
});

const managementConsole = z.strictObject({
  type: type('management-console').describe('The management of Entrada. People need a role.'),
  path: path.prefault('/console').describe('Where it is found below the public URL.'),
  authentications,
});

const forwardAuth = z.strictObject({
  type: type('forward-auth').describe(
    'Sign-in for other web applications, asked by their reverse proxy.',
  ),
  path: path.prefault('/auth').describe('Where it is found below the public URL.'),
  authentications,
  hosts: list(
    text({ parse: parseOrigin, expects: 'an https origin', pattern: ORIGIN_PATTERN }),
    'a list of https origins',
  )
    .prefault([])
    .describe('Origins of applications on other hosts, as in https://app.example.com.'),
});

export const serviceSchema: z.ZodType<ServiceEntry> = withTraits(
  z.discriminatedUnion('type', [fileBrowser, managementConsole, forwardAuth]),
  { expects: 'a service' },
);

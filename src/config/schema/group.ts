import { z } from 'zod';
import { withTraits } from '../document/traits.ts';
import { GUID_PATTERN, parseGuid } from '../values/guid.ts';
import { parseHomeFolder } from '../values/home-folder.ts';
import { parseFilePermission, parseRolePermission } from '../values/permission.ts';
import { id, list, name, orEmpty, text, words } from './forms.ts';

/** One entry of `groups`, as it is written. */
export interface GroupEntry {
  readonly id: string;
  readonly name: string;
  readonly entra_group_id?: string | undefined;
  readonly enabled: boolean;
  readonly description: string;
  readonly home_folder_path?: string | null | undefined;
  readonly permissions: readonly string[];
}

/** One entry of `roles`, as it is written. */
export interface RoleEntry {
  readonly id: string;
  readonly name: string;
  readonly enabled: boolean;
  readonly description: string;
  readonly permissions: readonly string[];
}

/** Documented options of groups that need a file server beyond the present one. */
const LATER_GROUP_KEYS = [
  'external_groups_association',
  'lock_in_home_folder',
  'create_home_folder',
  'create_home_folder_owner',
  'create_home_folder_group',
  'home_folder_structure',
  'virtual_folders',
  'source_ip_filter',
  'required_credentials',
  'ssh_authorized_keys_path',
  'allow_certificate_authentication',
  'allow_own_password_change',
  'password_lifetime',
  'disable_on_inactivity',
  'amend_write_name',
  'file_write_size',
];

const enabled = z.boolean().prefault(true);
const description = orEmpty(words('a sentence'), '')
  .prefault('')
  .describe('For the operator alone.');

export const groupSchema: z.ZodType<GroupEntry> = withTraits(
  z.strictObject({
    id: id('this group').describe('A name of its own that never changes; base_groups names it.'),
    name: name('a name').describe(
      'Name of the group. With group_association, a security group in Entra with this name, letter by letter, puts people into it.',
    ),
    entra_group_id: text({
      parse: parseGuid,
      expects: 'the object ID of a group in Entra, a GUID',
      pattern: GUID_PATTERN,
    })
      .optional()
      .describe(
        'Object ID of the security group in Entra that puts people into this group, for methods with match_groups_by: id.',
      ),
    enabled: enabled.describe('false: nobody gets this group.'),
    description,
    home_folder_path: text({
      parse: parseHomeFolder,
      expects: 'the path of a folder',
      traits: { placeholders: ['USER'] },
    })
      .nullable()
      .optional()
      .describe(
        'Folder that people of this group see as their own. ${USER} stands for the username; relative paths start at the folder of this file.',
      ),
    permissions: list(
      text({ parse: parseFilePermission, expects: 'a permission such as allow-read' }),
      'a list of permissions such as allow-read',
      'lines',
    )
      .prefault(['allow-full-control'])
      .describe(
        'What people of this group may do with files: a permission for everywhere, or "pattern, permission, …" for the paths that match.',
      ),
  }),
  { unavailable: LATER_GROUP_KEYS },
);

export const roleSchema: z.ZodType<RoleEntry> = withTraits(
  z.strictObject({
    id: id('this role').describe('A name of its own that never changes; base_roles names it.'),
    name: name('a name').describe('Name of the role.'),
    enabled: enabled.describe('false: nobody gets this role.'),
    description,
    permissions: list(
      text({ parse: parseRolePermission, expects: 'a target and actions, as in logs, read' }),
      'a list of targets and actions, as in logs, read',
      'lines',
    )
      .prefault([])
      .describe(
        'What administrators with this role may do: "target, action, …". Empty: everything.',
      ),
  }),
  { unavailable: ['source_ip_filter'] },
);

/**
 * Something that an operator should know of a sign-in that went well all the same. Kept with its record, and told in the
 * log.
 */
export interface Remark {
  readonly code: RemarkCode;
  /** In words; no token, no secret. */
  readonly detail: string;
}

export type RemarkCode =
  /** `on_group_error: base-groups`, and the groups could not be read. */
  | 'GROUPS_UNREAD'
  /** The token says that the groups are too many for it; they were read from Graph. */
  | 'GROUPS_OVERAGE'
  /** Two groups of Entra have one name, and a group of Entrada has it, too. */
  | 'GROUP_NAME_TWICE'
  /** Entra granted less than was asked for. */
  | 'SCOPES_MISSING'
  /** The token has no `sid`: signing out at Entra does not end the session here. */
  | 'SID_MISSING';

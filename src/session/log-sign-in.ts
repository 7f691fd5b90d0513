import type { RemarkCode } from '../entra/remark.ts';
import type { Log } from '../log.ts';
import type { SignInRecord } from './record.ts';

/** One line a sign-in: who, where, how it ended; nothing that is secret. */
export function logSignIn(log: Log, record: SignInRecord): void {
  const { id, outcome, code, denial, reason, next, aadsts, service, method, request } = record;
  const { correlationId, principal, remarks, extensions } = record;
  const fields = {
    signIn: id,
    outcome,
    ...(code === null ? {} : { code }),
    ...(denial === null ? {} : { denial }),
    ...(reason === null ? {} : { reason }),
    ...(next === null ? {} : { next }),
    ...(aadsts === null ? {} : { aadsts }),
    service: service.path,
    method: method.id,
    address: request.address,
    ...(principal ? { username: principal.username, oid: principal.oid } : {}),
    ...(correlationId === null ? {} : { correlationId }),
  };
  log[outcome === 'failed' ? 'warn' : 'info'](fields, 'sign-in');
  for (const { extension, version, hook, instead } of extensions) {
    if (instead === null) continue;
    const difference = { event: 'shadow_difference', signIn: id, extension, version, hook };
    log.info(
      { ...difference, outcome, instead },
      'an extension in shadow mode would have ended it otherwise',
    );
  }
  for (const { code: what, detail } of remarks) {
    log[REMARK_LEVELS[what]]({ signIn: id, method: method.id, code: what }, detail);
  }
}

/** What an operator should do something about is a warning. */
const REMARK_LEVELS: { readonly [code in RemarkCode]: 'info' | 'warn' } = {
  GROUPS_UNREAD: 'warn',
  GROUPS_OVERAGE: 'info',
  GROUP_NAME_TWICE: 'warn',
  SCOPES_MISSING: 'warn',
  SID_MISSING: 'info',
};

import { createHash } from 'node:crypto';
import { randomText, stableGuid } from '../stable-id.ts';

/** Pairwise `sub`: the same person has another one at each application. 43 characters. */
export const pairwiseSubject = (tenantId: string, appId: string, oid: string): string =>
  createHash('sha256').update(`${tenantId}|${appId}|${oid}`).digest('base64url');

/** `uti`: identifies a token. 22 characters. */
export const tokenIdentifier = (): string => randomText(16);

/** `aio`: opaque, of the login host's own. Here it carries the generation of the person's sessions. */
export const internalClaim = (generation = 0): string =>
  `ATQAy/8TAAAA${generation.toString(36).padStart(6, '0')}${randomText(48)}`;

/** The generation that an `aio` claim carries; NaN for one that is not ours. */
export const generationOf = (aio: unknown): number =>
  typeof aio === 'string' ? Number.parseInt(aio.slice(12, 18), 36) : Number.NaN;

/** `rh`: opaque, begins as refresh tokens and codes of a tenant do. */
export const revalidationClaim = (tenantId: string): string =>
  `1.AX${Buffer.from(tenantId).toString('base64url').slice(0, 10)}${randomText(48)}.`;

/** `puid`: 16 upper-case hexadecimal digits. */
export const personalIdentifier = (oid: string): string =>
  `10032${stableGuid('puid', oid).replaceAll('-', '').slice(0, 11)}`.toUpperCase();

/** `login_hint`: opaque, for `logout_hint`. */
export const loginHintOf = (oid: string): string =>
  `O.${Buffer.from(oid.replaceAll('-', ''), 'hex').toString('base64url')}`;

/** The object id that a `login_hint` claim stands for; undefined for any other text. */
export function oidOfLoginHint(hint: string): string | undefined {
  if (!hint.startsWith('O.')) return undefined;
  const hex = Buffer.from(hint.slice(2), 'base64url').toString('hex');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** `client_info`: base64url of `{ uid, utid }`, which MSAL keys its cache by. */
export const clientInfo = (oid: string, tenantId: string): string =>
  Buffer.from(JSON.stringify({ uid: oid, utid: tenantId })).toString('base64url');

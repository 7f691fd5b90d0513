import { chownSync, statSync } from 'node:fs';

/**
 * Gives a file the owner of another one. Whoever administers a gateway as root must not leave it files that it cannot read;
 * everybody else makes files of their own and could give them to nobody.
 */
export function sameOwner(file: string, like: string): void {
  if (process.getuid?.() !== 0) return;
  const { uid, gid } = statSync(like);
  chownSync(file, uid, gid);
}

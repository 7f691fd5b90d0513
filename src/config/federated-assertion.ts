import { isOpenToAll, tryRead, type ConfigFiles } from './config-files.ts';
import { Secret } from './secret.ts';
import { parsed, refused, type Parsed } from './values/parsed.ts';

/** Longer texts are no tokens. Unit: characters. */
const MAX_LENGTH = 16 * 1024;

/** A signed JWT in its compact form (RFC 7515 section 7.1). */
const JWT = /^[\w-]+\.[\w-]+\.[\w-]+$/;

/**
 * Reads the token that proves the application, as it is in its file at this moment. Problems name the file and nothing
 * that is in it.
 *
 * @see https://learn.microsoft.com/entra/workload-id/workload-identity-federation
 */
export function readFederatedAssertion(files: ConfigFiles, path: string): Parsed<Secret> {
  const read = tryRead(files, path);
  if (!read.ok) {
    return refused((it) => `The file ${it} ${read.why}`, { part: path, code: 'CONFIG_UNREADABLE' });
  }
  if (isOpenToAll(files, path)) {
    return refused((it) => `Every user of this machine can read the file ${it}`, {
      part: path,
      next: 'Let it be readable for the user that Entrada runs as alone: chmod o-rwx, or fsGroup in Kubernetes.',
    });
  }
  const token = read.text.trim();
  if (token === '') return refused((it) => `The file ${it} is empty`, { part: path });
  if (token.length <= MAX_LENGTH && JWT.test(token)) return parsed(new Secret(token));
  return refused((it) => `The file ${it} holds no token`, {
    part: path,
    next: 'It must hold one signed JWT, and nothing else.',
  });
}

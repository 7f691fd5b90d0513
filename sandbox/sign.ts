/** `ctx.sign`: signatures with secrets that stay with the host. */
import { plain } from './plain.ts';
import type { Sign } from './sdk.ts';
import type { Host } from './web/host.ts';
import { ObjectFreeze } from './web/primordials.ts';

export function createSign(host: Host): Sign {
  const sign = async (call: object): Promise<never> =>
    (await host.call('sign', plain(call))) as never;
  return ObjectFreeze({
    hmac: (secret, data, { hash = 'SHA-256', encoding = 'base64url' } = {}) =>
      sign({ kind: 'hmac', secret, data, hash, encoding }),
    jwt: (secret, claims, { algorithm = 'HS256', lifetime = 300, keyId } = {}) =>
      sign({ kind: 'jwt', secret, claims, algorithm, lifetime, keyId }),
  } satisfies Sign);
}

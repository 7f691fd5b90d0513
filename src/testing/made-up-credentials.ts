import { randomUUID } from 'node:crypto';

import { Secret } from '../config/secret.ts';
import type { CredentialsSubject } from '../extensions/authenticate.ts';
import type { MadeUpSignIn } from './made-up.ts';

/** What somebody types in a test, and where. */
export interface MadeUpCredentials {
  readonly username: string;
  readonly password: string;
  readonly method?: Partial<MadeUpSignIn['method']>;
  readonly service?: MadeUpSignIn['service'];
  readonly request?: Partial<MadeUpSignIn['request']>;
}

/** What an extension is told of them, without what the runner adds. */
export function madeUpCredentials({
  username,
  password,
  method,
  service,
  request,
}: MadeUpCredentials): Pick<CredentialsSubject, 'told' | 'password'> {
  return {
    told: {
      id: randomUUID(),
      username,
      method: { id: 'made-up-method', type: 'extension', name: 'Made up', ...method },
      service: service ?? { type: 'file-browser', path: '/' },
      request: { address: '192.0.2.1', userAgent: 'made-up/1.0', path: '/', ...request },
    },
    password: new Secret(password),
  };
}

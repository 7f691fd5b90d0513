import test from 'ava';

import { Secret } from '../../../src/config/secret.ts';
import { buildExtension } from '../../../src/extensions/load.ts';
import type { HookRun, Invoked } from '../../../src/extensions/invoke.ts';
import { createRecorder, type Recorded } from '../../../src/extensions/replay/recording.ts';
import type { HttpClient } from '../../../src/net/http.ts';
import { grantFor } from '../../../src/testing/grant.ts';
import { NO_FAILURE_IS_FORGIVEN } from '../../_support/extensions.ts';
import { writeAuthenticator } from '../../_support/password-world.ts';

const answers: HttpClient = async ({ body }) => ({
  status: 200,
  statusText: '',
  headers: [['content-type', 'text/plain']],
  body: Buffer.from(`checked ${Buffer.from(body ?? '').toString()}`),
  url: 'https://id.partner.example/verify',
});

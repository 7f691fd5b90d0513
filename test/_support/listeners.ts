import type { ExecutionContext } from 'ava';

import type { TenantSeed } from '../../src/emulator/index.ts';
import { type World, writeExtension } from './world.ts';

export const GRAPH = 'https://graph.microsoft.com';

const ALLOW = ['GET /v1.0/me', 'GET /v1.0/users'];

/** Manifest and grant of an extension that asks Graph. */
export const asksGraph: { readonly requests: object; readonly grant: object } = {
  requests: { tokens: [{ resource: GRAPH, allow: ALLOW }] },
  grant: { tokens: [{ resource: GRAPH, origins: [GRAPH], allow: ALLOW }] },
};

/** The tenant lets the application itself read users. */
export const byItself = (seed: TenantSeed): TenantSeed => ({
  ...seed,
  applications: (seed.applications ?? []).map((application) => ({
    ...application,
    applicationPermissions: [`${GRAPH}/User.Read.All`],
  })),
});

/** Writes down what it is told, as a line of the log. */
export const TELL: string = `const tell = (event) => console.log('heard', JSON.stringify(event));`;

/** Hears of everything. */
export const LISTENER: string = `${TELL}
export default {
  events: {
    'signIn.succeeded': tell,
    'signIn.denied': tell,
    'signIn.failed': tell,
    'session.ended': tell,
  },
};`;

/** What a test looks at of it. */
interface Heard {
  readonly name: string;
  readonly at: number;
  readonly attempt: number;
  readonly idempotencyKey: string;
  readonly payload: unknown;
  readonly principal: { readonly username: string };
  readonly tokens: readonly object[];
}

/** What listeners wrote down so far. */
export const heard = ({ lines }: World): readonly Heard[] =>
  lines.flatMap((line) => {
    const text = String(JSON.parse(line).msg);
    return text.startsWith('heard ') ? [JSON.parse(text.slice('heard '.length))] : [];
  });

/** Lines of the log about what is done in the background. */
export const logged = ({ lines }: World, event: string): readonly Heard[] =>
  lines.map((line) => JSON.parse(line)).filter((line) => line.event === event);

/** Folder of an extension that listens. */
export const listener = (
  t: ExecutionContext,
  code: string = LISTENER,
  manifest: { readonly [key: string]: unknown } = {},
): string => writeExtension(t, 'listener', code, manifest);

import type { ExecutionContext } from 'ava';

import { formsOf, type VisitedPage, type Visitor } from '../../src/testing/visitor.ts';
import { startWorld, type World, type WorldOptions, writeExtension } from './world.ts';

/** Id of the method that asks the extension. */
const PARTNER = 'partner';

/** A password that is found wherever it is looked for. */
export const PASSWORD = 'correct horse/battery+staple';

/** Knows Ada, and refuses Eve; everybody else is somebody else's. */
export const KNOWS_ADA: string = `
  import { accept, next, reject, type Extension } from 'entrada/extension';
  export default {
    authenticate({ username, password }) {
      if (username === 'eve') return reject('locked', { reason: 'the account is locked' });
      if (username !== 'ada') return next();
      if (password !== ${JSON.stringify(PASSWORD)}) return reject('wrong-password');
      return accept({ id: '4711', name: 'Ada', email: 'ada@partner.example', claims: { customer: 'C-9' } });
    },
  } satisfies Extension;
`;

/** Writes an extension that asks for passwords. */
export function writeAuthenticator(
  t: ExecutionContext,
  name: string,
  code: string,
  manifest: { readonly requests?: object; readonly [key: string]: unknown } = {},
): string {
  const requests = { password: true, ...manifest.requests };
  return writeExtension(t, name, code, { ...manifest, requests });
}

/** A method that asks an extension. */
export const partnerMethod = (
  more: { readonly [key: string]: unknown } = {},
): { readonly [key: string]: unknown } => ({
  id: PARTNER,
  type: 'extension',
  name: 'Partners',
  extension: 'partner-login',
  base_groups: ['staff'],
  ...more,
});

/** A world where people type their passwords, with an extension by that code. */
export function startPasswordWorld(
  t: ExecutionContext,
  code: string = KNOWS_ADA,
  { file, extensions = [], ...options }: WorldOptions = {},
): Promise<World> {
  return startWorld(t, {
    ...options,
    file: { authentications: [partnerMethod()], ...file },
    extensions: [{ source: writeAuthenticator(t, 'partner-login', code) }, ...extensions],
  });
}

/** Types a username and a password into the form of the sign-in page. */
export async function type(
  world: World,
  typed: { readonly username: string; readonly password: string },
  visitor: Visitor = world.visitor(),
): Promise<VisitedPage & { readonly location: string | null }> {
  const page = await visitor.open(`${world.origin}/__chsps__/login?service=/&returnTo=/`);
  const [form] = formsOf(page);
  if (!form) throw new Error(`no form: ${page.html}`);
  return visitor.submit(page, form, typed);
}

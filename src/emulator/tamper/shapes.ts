import { webcrypto } from 'node:crypto';
import { graphResource } from '../resources.ts';
import { issueAccessToken } from '../tokens/access-token.ts';
import { encode } from '../tokens/sign.ts';
import type { TamperName } from './catalogue.ts';
import type { TokenScene } from './claims.ts';
import type { TokenDraft } from './signatures.ts';

type Shape = (token: string, draft: TokenDraft, scene: TokenScene) => string | Promise<string>;

/** Signs a payload that no library would write. */
async function signPayload({ key, header }: TokenDraft, payload: Buffer): Promise<string> {
  const text = `${encode(header)}.${payload.toString('base64url')}`;
  const signature = await webcrypto.subtle.sign(
    'RSASSA-PKCS1-v1_5',
    key.privateKey,
    Buffer.from(text),
  );
  return `${text}.${Buffer.from(signature).toString('base64url')}`;
}

const payloadText =
  (change: (json: string) => string): Shape =>
  (_token, draft) =>
    signPayload(draft, Buffer.from(change(JSON.stringify(draft.claims))));

const DEPTH = 10_000;
const HUGE = 2_000_000;

const insert =
  (member: string): Shape =>
  (token, draft, scene) =>
    payloadText((json) => json.replace('{', `{${member},`))(token, draft, scene);

/** An access token for Graph where the ID token should be. */
async function accessToken({ world, subject }: TokenScene): Promise<string> {
  const resource = graphResource(world.cloud);
  const audience = { resource, identifier: world.cloud.graph, permissions: ['User.Read'] };
  return (await issueAccessToken(world, subject, audience)).token;
}

/** Lies about the form of the ID token. */
export const SHAPE_TAMPERINGS: { readonly [name in TamperName]?: Shape } = {
  'shape-encrypted': (token) => `${token}.AAAA.AAAA`,
  'shape-two-parts': (token) => token.split('.').slice(0, 2).join('.'),
  'shape-empty': () => '',
  'shape-huge': insert(`"filler":"${'x'.repeat(HUGE)}"`),
  'shape-deep': insert(`"deep":${'['.repeat(DEPTH)}${']'.repeat(DEPTH)}`),
  'shape-duplicate-sub': payloadText((json) => json.replace(/\}$/, ',"sub":"somebody-else"}')),
  'shape-bom': payloadText((json) => `\uFEFF${json}`),
  'shape-invalid-utf8': (_token, draft) => {
    const json = Buffer.from(JSON.stringify(draft.claims));
    return signPayload(
      draft,
      Buffer.concat([json.subarray(0, -1), Buffer.from([0x20, 0xc3, 0x28]), json.subarray(-1)]),
    );
  },
  'shape-padding': (token) => token.replace(/\./g, '=.'),
  'shape-access-token': (_token, _draft, scene) => accessToken(scene),
};

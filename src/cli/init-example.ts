/** The example extension of `entrada init`: a decision, its manifest, and a test in a real isolate. */
export const EXAMPLE_FILES: readonly (readonly [file: string, text: string])[] = [
  [
    'extension.yaml',
    `# What this extension asks for. It can do what both this file and its grant in entrada.yaml say: here, nothing.
api: 1
name: example
version: 1.0.0
entry: index.ts
config:
  type: object
  properties:
    blocked: { type: array, items: { type: string } }
  additionalProperties: false
`,
  ],
  [
    'index.ts',
    `import { allow, deny, type Extension } from 'entrada/extension';

/** Refuses the usernames that the operator lists. */
export default {
  decide(signIn, ctx) {
    return ctx.config.blocked?.includes(signIn.principal.username)
      ? deny('blocked', { message: 'Your account is blocked here. Ask the service desk.' })
      : allow();
  },
} satisfies Extension<{ blocked?: string[] }>;
`,
  ],
  [
    'test/example.test.ts',
    `import test from 'ava';
import { createTestHost, madeUpSignIn } from 'entrada/testing';

const extension = new URL('..', import.meta.url);

test('a person who is not listed is allowed', async (t) => {
  await using host = await createTestHost({ extension, config: { blocked: ['mallory'] } });
  const { decision } = await host.decide(madeUpSignIn());
  t.is(decision?.decision, 'allow');
});

test('a person who is listed is denied', async (t) => {
  await using host = await createTestHost({ extension, config: { blocked: ['mallory'] } });
  const { decision } = await host.decide(madeUpSignIn({ username: 'mallory' }));
  t.like(decision, { decision: 'deny', code: 'blocked' });
});
`,
  ],
];

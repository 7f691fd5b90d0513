import { allow, challenge, deny, type Extension } from 'entrada/extension';

// What must not compile, so that the types say something.

export const nothing = {
  // @ts-expect-error -- a decision is returned, or the sign-in fails
  decide() {},
} satisfies Extension;

export const truth = {
  // @ts-expect-error -- true is no decision
  decide: () => true,
} satisfies Extension;

export const unknownHook = {
  decide: () => allow(),
  // @ts-expect-error -- a slip of the pen is no hook
  decided: () => allow(),
} satisfies Extension;

export const frozen = {
  decide(signIn) {
    // @ts-expect-error -- nobody changes who signs in
    signIn.principal.username = 'root';
    return allow();
  },
} satisfies Extension;

export const config = {
  decide(_, ctx) {
    // @ts-expect-error -- the config has no such key
    ctx.log.info(ctx.config.departements);
    return deny('x');
  },
} satisfies Extension<{ departments: string[] }>;

export const patch = {
  // @ts-expect-error -- a list is no patch of groups
  enrich: () => ({ groups: ['Ledgers'] }),
} satisfies Extension;

// @ts-expect-error -- exactly one of the three
export const both = challenge({ prompt: 'later' });

// @ts-expect-error -- there is no Node in an isolate
export const environment = process.env;

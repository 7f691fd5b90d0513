import type { Context, Extension, SignIn } from 'entrada/extension';

/** Hooks may be functions of their own, async or not, and `enrich` may return nothing. */
function enrich(signIn: SignIn, ctx: Context<{ verbose: boolean }>): void {
  if (ctx.config.verbose) ctx.log.info(signIn.id, signIn.invocation, signIn.attempt);
}

const extension: Extension<{ verbose: boolean }> = { enrich };

export default extension;

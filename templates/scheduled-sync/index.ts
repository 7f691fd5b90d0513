import { allow, deny, type Extension } from 'entrada/extension';

const LIST = 'suspended';

/**
 * Fetches a list each night and keeps it; sign-ins are decided by what is kept, without waiting for anybody. A list that was
 * never fetched lets nobody in.
 */
export default {
  async schedule(_run, ctx) {
    const response = await fetch('https://hr.example.com/v2/suspended', { signal: ctx.signal });
    if (!response.ok) throw new Error(`HR answered ${response.status}`);
    const { usernames }: { readonly usernames: readonly string[] } = await response.json();
    await ctx.kv.set(LIST, [...usernames]);
    ctx.log.info(`${usernames.length} people are suspended`);
  },

  async decide(signIn, ctx) {
    const suspended = await ctx.kv.get(LIST);
    if (!Array.isArray(suspended)) throw new Error('the list was never fetched');
    if (!suspended.includes(signIn.principal.username)) return allow();
    return deny('suspended', { message: 'Your account is suspended. Ask the service desk.' });
  },
} satisfies Extension;

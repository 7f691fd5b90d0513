import { allow, type Context, type Extension, type HostError, type Json } from 'entrada/extension';

export default {
  async decide(signIn, ctx) {
    const seen: Json | undefined = await ctx.kv.get('seen');
    await ctx.kv.set('seen', { at: Date.now(), was: seen ?? null }, { ttl: 60 });
    const swapped: boolean = await ctx.kv.compareAndSet('lock', undefined, signIn.invocation);
    const keys: readonly string[] = await ctx.kv.list('se');
    await ctx.kv.delete('lock');
    const mac: string = await ctx.sign.hmac('key', 'data', { hash: 'SHA-512', encoding: 'hex' });
    const jwt: string = await ctx.sign.jwt('key', { sub: signIn.principal.oid }, { lifetime: 60 });
    await ctx.share('level', keys.length);
    await post(ctx, { mac, jwt, swapped });
    if (ctx.remaining() < 100 || ctx.signal.aborted) ctx.log.warn('late');
    return allow();
  },
} satisfies Extension;

async function post(ctx: Context, body: object): Promise<void> {
  try {
    await ctx.fetch('entrada:teams', { method: 'POST', body: JSON.stringify(body) });
  } catch (error) {
    const { code, claims } = (error as Error).cause as HostError;
    ctx.log.error(code, claims, ctx.secrets['key']);
  }
}

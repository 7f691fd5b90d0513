import { allow, deny, type Context, type Extension } from 'entrada/extension';

interface Config {
  product: string;
}

/** Whoever has a seat keeps it for a while: most sign-ins ask nobody. Unit: seconds. */
const SEATED = 8 * 3600;

/** Whoever has none may have been given one: ask again soon. Unit: seconds. */
const UNSEATED = 60;

/** Lets in whoever has a licence for the product. */
export default {
  async decide(signIn, ctx) {
    const { oid, username } = signIn.principal;
    const key = `${ctx.config.product}/${oid}`;
    const known = await ctx.kv.get(key);
    const seated = typeof known === 'boolean' ? known : await ask(oid, ctx);
    if (known === undefined) await ctx.kv.set(key, seated, { ttl: seated ? SEATED : UNSEATED });
    if (seated) return allow();
    return deny('no-licence', {
      message: 'You have no licence for this product. Ask your manager for one.',
      reason: `${username} has no seat of ${ctx.config.product}`,
    });
  },
} satisfies Extension<Config>;

async function ask(oid: string, ctx: Context<Config>): Promise<boolean> {
  const response = await fetch(
    `https://licences.example.com/v1/products/${ctx.config.product}/seats/${oid}`,
    { headers: { authorization: `Bearer ${ctx.secrets['licence_key']}` }, signal: ctx.signal },
  );
  if (response.status === 404) return false;
  if (!response.ok) throw new Error(`the licence service answered ${response.status}`);
  const { active }: { active: boolean } = await response.json();
  return active;
}

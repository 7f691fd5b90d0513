import type { Context, Extension } from 'entrada/extension';

const VAULT = 'https://vault.azure.net';

interface Config {
  /** Name of the key vault, as in contoso-keys. */
  vault: string;
  /** Name of the secret in it. */
  secret: string;
}

/** Adds the account that a partner has for the person, asked with a key that is kept in Azure Key Vault. */
export default {
  async enrich({ principal }, ctx) {
    const key = await readSecret(ctx);
    if (key === undefined || principal.email === undefined) return undefined;
    const query = new URLSearchParams({ email: principal.email });
    const response = await fetch(`https://partner.example.com/v1/accounts?${query.toString()}`, {
      headers: { authorization: `ApiKey ${key}` },
      signal: ctx.signal,
    });
    if (response.status === 404) return undefined;
    if (!response.ok) throw new Error(`the partner answered ${response.status}`);
    const { account }: { account: string } = await response.json();
    return { claims: { partner_account: account } };
  },
} satisfies Extension<Config>;

/** With the person's own token: who may read the secret is decided by the vault's access control. */
async function readSecret(ctx: Context<Config>): Promise<string | undefined> {
  const { vault, secret } = ctx.config;
  const response = await fetch(
    `https://${vault}.vault.azure.net/secrets/${secret}?api-version=7.4`,
    { headers: { authorization: `Bearer ${ctx.token(VAULT)}` }, signal: ctx.signal },
  );
  if (response.status === 403) {
    ctx.log.info('no permission for the secret: nothing is added');
    return undefined;
  }
  if (!response.ok) throw new Error(`the vault answered ${response.status}`);
  const { value }: { value: string } = await response.json();
  return value;
}

import { allow, deny, type Extension } from 'entrada/extension';

const GRAPH = 'https://graph.microsoft.com';

/** Lets in whose attribute in Microsoft Graph has one of the values that the operator lists. */
export default {
  async decide(signIn, ctx) {
    const { attribute, allowed } = ctx.config;
    const response = await fetch(`${GRAPH}/v1.0/me?$select=${attribute}`, {
      headers: { authorization: `Bearer ${ctx.token(GRAPH)}` },
      signal: ctx.signal,
    });
    // What is thrown denies: nobody gets in because Graph could not be asked.
    if (!response.ok) throw new Error(`Graph answered ${response.status}`);
    const profile: { readonly [attribute: string]: unknown } = await response.json();
    const value = profile[attribute];
    if (typeof value === 'string' && allowed.includes(value)) return allow();
    return deny('attribute', {
      message: 'Your account is not among those that this service is for.',
      reason: `${signIn.principal.username}: ${attribute} is ${JSON.stringify(value)}`,
    });
  },
} satisfies Extension<{ attribute: string; allowed: string[] }>;

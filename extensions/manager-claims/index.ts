import type { Extension, JsonObject } from 'entrada/extension';

const GRAPH = 'https://graph.microsoft.com';

/** Adds who somebody's manager is to the claims of the session. */
export default {
  async enrich(signIn, ctx) {
    const response = await fetch(`${GRAPH}/v1.0/me/manager?$select=id,displayName,mail`, {
      headers: { authorization: `Bearer ${ctx.token(GRAPH)}` },
      signal: ctx.signal,
    });
    if (response.status === 404) return undefined; // at the top of the company: nothing to add
    if (!response.ok) throw new Error(`Graph answered ${response.status}`);
    const manager: { displayName: string; mail: string | null } = await response.json();
    const claims: JsonObject = { manager_name: manager.displayName, manager_mail: manager.mail };
    ctx.log.info(`${signIn.principal.username} reports to ${manager.displayName}`);
    return { claims };
  },
} satisfies Extension;

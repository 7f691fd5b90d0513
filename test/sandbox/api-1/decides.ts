import { allow, challenge, deny, type Extension } from 'entrada/extension';

interface Config {
  departments: string[];
  contact?: string;
}

const GRAPH = 'https://graph.microsoft.com';

export default {
  async decide(signIn, ctx) {
    const { principal, request, service, method, tokens, shared } = signIn;
    ctx.log.debug(principal.oid, principal.tid, principal.sub, request.address, request.userAgent);
    ctx.log.info(service.type, service.path, method.id, method.type, method.name, request.path);
    for (const { resource, scopes, expiresAt } of tokens) ctx.log.info(resource, scopes, expiresAt);
    if (shared['risk-score.level'] === 3) return deny('risk', { reason: 'level 3' });
    const response = await fetch(`${GRAPH}/v1.0/me?$select=department`, {
      headers: { authorization: `Bearer ${ctx.token(GRAPH)}` },
      signal: ctx.signal,
    });
    if (response.status === 403) return challenge({ scopes: [`${GRAPH}/User.Read`] });
    if (response.status === 401) return challenge({ prompt: 'login' });
    const { department }: { department: string | null } = await response.json();
    if (department === null)
      return challenge({ claims: { id_token: { acrs: { essential: true } } } });
    if (ctx.config.departments.includes(department)) return allow();
    return deny('department', { message: `Ask ${ctx.config.contact ?? 'somebody'}.` });
  },
} satisfies Extension<Config>;

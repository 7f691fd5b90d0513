import { allow, deny, type Extension } from 'entrada/extension';

const GRAPH = 'https://graph.microsoft.com';

/** Lets in the departments that the operator names, by the person's own profile in Graph. */
export default {
  async decide(signIn, ctx) {
    const response = await fetch(`${GRAPH}/v1.0/me?$select=department`, {
      headers: { authorization: `Bearer ${ctx.token(GRAPH)}` },
      signal: ctx.signal,
    });
    if (!response.ok) throw new Error(`Graph answered ${response.status}`);
    const { department }: { department: string | null } = await response.json();
    if (department !== null && ctx.config.departments.includes(department)) return allow();
    return deny('department', {
      message: `This service is for ${list(ctx.config.departments)}.`,
      reason: `${signIn.principal.username} is in ${department ?? 'no department'}`,
    });
  },
} satisfies Extension<{ departments: string[] }>;

function list(departments: readonly string[]): string {
  return new Intl.ListFormat('en').format(departments);
}

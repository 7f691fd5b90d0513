import type { Extension } from 'entrada/extension';

const GRAPH = 'https://graph.microsoft.com';

/** Adds what Microsoft Graph says of a person to the claims of the session. */
export default {
  async enrich(signIn, ctx) {
    const response = await fetch(`${GRAPH}/v1.0/me?$select=jobTitle,officeLocation`, {
      headers: { authorization: `Bearer ${ctx.token(GRAPH)}` },
      signal: ctx.signal,
    });
    if (!response.ok) throw new Error(`Graph answered ${response.status}`);
    const profile: Profile = await response.json();
    ctx.log.info(`${signIn.principal.username} is ${profile.jobTitle ?? 'without a title'}`);
    return { claims: { job_title: profile.jobTitle, office: profile.officeLocation } };
  },
} satisfies Extension;

interface Profile {
  readonly jobTitle: string | null;
  readonly officeLocation: string | null;
}

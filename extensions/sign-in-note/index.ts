import type { Extension } from 'entrada/extension';

const GRAPH = 'https://graph.microsoft.com';

/** Writes when and from where somebody last signed in into a file of their own OneDrive. */
export default {
  events: {
    async 'signIn.succeeded'(event, ctx) {
      const { username } = event.principal;
      const note = { username, at: new Date(event.at).toISOString(), from: event.request.address };
      const response = await fetch(
        `${GRAPH}/v1.0/me/drive/root:/${ctx.config.folder}/last-sign-in.json:/content`,
        {
          method: 'PUT',
          headers: {
            authorization: `Bearer ${ctx.token(GRAPH)}`,
            'content-type': 'application/json',
          },
          body: JSON.stringify(note),
          signal: ctx.signal,
        },
      );
      if (!response.ok) throw new Error(`Graph answered ${response.status}`);
      ctx.log.info(`noted the sign-in of ${username}`);
    },
  },
} satisfies Extension<{ folder: string }>;

import { accept, next, reject, type Extension } from 'entrada/extension';

/** A method of the chain: whose a username and a password are. */
export default {
  async authenticate(credentials, ctx) {
    if (!credentials.username.endsWith('@partner.example')) return next();
    const response = await ctx.fetch('https://api.partner.example/v1/check', {
      method: 'POST',
      body: JSON.stringify({ user: credentials.username, password: credentials.password }),
    });
    if (!response.ok) return reject('refused', { reason: `status ${response.status}` });
    return accept({ id: '7', username: credentials.username });
  },
} satisfies Extension;

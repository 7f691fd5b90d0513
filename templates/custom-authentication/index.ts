import { accept, next, reject, type Extension } from 'entrada/extension';

/**
 * Asks a partner's API whose a username and a password are. It says next about whom it does not know, so that another method
 * of the chain may, and accepts only what the API vouches for: a failure accepts nobody.
 */
export default {
  async authenticate({ username, password }, ctx) {
    const response = await fetch('https://partner.example.com/v1/verify', {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-api-key': ctx.secrets['partner_key'] ?? '',
      },
      body: JSON.stringify({ username, password }),
      signal: ctx.signal,
    });
    if (response.status === 404) return next();
    if (response.status === 401) return reject('password');
    if (!response.ok) throw new Error(`the partner answered ${response.status}`);
    const person: { readonly id: string; readonly name: string } = await response.json();
    return accept({ id: person.id, name: person.name });
  },
} satisfies Extension;

import { accept, next, reject, type Extension } from 'entrada/extension';

interface Account {
  /** A number that the partner never gives to somebody else. */
  id: number;
  display_name: string;
  email: string;
}

/** Lets people of a partner sign in with the username and the password that they have there. */
export default {
  async authenticate({ username, password, request }, ctx) {
    // Whoever is not of the partner is asked about elsewhere; the partner never sees what they typed.
    if (!username.toLowerCase().endsWith(`@${ctx.config.domain}`)) return next();
    const response = await fetch('https://partner.example.com/v1/sessions', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-client-address': request.address },
      body: JSON.stringify({ username, password }),
      signal: ctx.signal,
    });
    if (response.status === 401) return reject('partner', { reason: 'the partner does not agree' });
    if (!response.ok) throw new Error(`the partner answered ${response.status}`);
    const { id, display_name, email }: Account = await response.json();
    // Everybody without a number would be the same person.
    if (!Number.isSafeInteger(id)) throw new Error('the partner gave no number');
    return accept({ id: `${id}`, username: username.toLowerCase(), name: display_name, email });
  },
} satisfies Extension<{ domain: string }>;

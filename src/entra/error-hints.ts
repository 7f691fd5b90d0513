import type { Actor } from './entra-error.ts';

/** A better text than the word's own, where Entra's number is one that is known. Never more than a text. */
export interface Hint {
  readonly actor: Actor;
  readonly next: string;
}

const ask = (next: string): Hint => ({ actor: 'administrator', next });
const mend = (next: string): Hint => ({ actor: 'operator', next });
const tell = (next: string): Hint => ({ actor: 'person', next });

const OTHER_ACCOUNT = tell('Choose an account of this tenant.');
const CONSENT_FOR_ALL = ask('Grant admin consent to the permissions of the app registration.');
const CONDITIONAL_ACCESS = tell(
  'A policy of the tenant refuses this device, place or way of signing in; ask its administrator.',
);
const NEW_SECRET = mend(
  'Make a new client secret in the app registration and put its value, not its id, into password.',
);
const REDIRECT_URI = mend('Register the redirect URI exactly as `entrada check` prints it.');
const IMPLICIT_BOXES = ask(
  'Tick “ID tokens” and “Access tokens” under Authentication, Implicit grant and hybrid flows.',
);
const ONE_RESOURCE = mend('Ask for `.default` of one resource, or for named scopes, not both.');

/** @see https://learn.microsoft.com/entra/identity-platform/reference-error-codes */
export const HINTS: ReadonlyMap<number, Hint> = new Map([
  [16000, OTHER_ACCOUNT],
  [50020, OTHER_ACCOUNT],
  [90072, OTHER_ACCOUNT],
  [
    50105,
    ask(
      'Assign the person to the enterprise application, or switch its assignment requirement off.',
    ),
  ],
  [53000, CONDITIONAL_ACCESS],
  [53003, CONDITIONAL_ACCESS],
  [530032, CONDITIONAL_ACCESS],
  [65001, tell('Consent to the permissions, or ask the administrator of the tenant to do so.')],
  [65004, tell('Accept the permissions to sign in.')],
  [90094, CONSENT_FOR_ALL],
  [90095, CONSENT_FOR_ALL],
  [50057, ask('The account is disabled; enable it in the tenant.')],
  [50011, REDIRECT_URI],
  [500112, REDIRECT_URI],
  [7000215, NEW_SECRET],
  [7000218, NEW_SECRET],
  [7000222, NEW_SECRET],
  [
    700016,
    mend('Check application_id and directory_id: the tenant does not know the application.'),
  ],
  [7000112, ask('The enterprise application is disabled; enable it for sign-in.')],
  [700025, mend('The registration is a public client; register a platform of type Web.')],
  [700054, IMPLICIT_BOXES],
  [700051, IMPLICIT_BOXES],
  [70005, IMPLICIT_BOXES],
  [28000, ONE_RESOURCE],
  [70011, ONE_RESOURCE],
  [700022, ONE_RESOURCE],
  [650053, mend('A scope of api_scopes does not exist on its resource; check its spelling.')],
  [650057, ask('Add the permissions of api_scopes to the app registration.')],
  [500011, mend('A resource of api_scopes is unknown in the tenant; check its spelling.')],
  [50196, tell('Entra saw the same request too often. Wait a few minutes, then sign in again.')],
]);

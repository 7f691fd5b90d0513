import type { Actor } from './entra-error.ts';

/** A better text than the word's own, where Entra's number is one that is known. Never more than a text. */
export interface Hint {
  readonly actor: Actor;
  readonly next: string;
}

const ask = (next: string): Hint => ({ actor: 'administrator', next });
const mend = (next: string): Hint => ({ actor: 'operator', next });
const tell = (next: string): Hint => ({ actor: 'person', next });
const wait = (next: string): Hint => ({ actor: 'nobody', next });

const OTHER_ACCOUNT = tell('Choose an account of this tenant.');
const CONSENT_FOR_ALL = ask('Grant admin consent to the permissions of the app registration.');
/** "Need admin approval" is a page with no way on; who goes back from it comes with the number of who declines. */
const DECLINED = tell(
  'Accept the permissions to sign in. Where Microsoft asks for the approval of an administrator, ask one to give it.',
);
const CONDITIONAL_ACCESS = tell(
  'A policy of the tenant refuses this device, place or way of signing in; ask its administrator.',
);
const DEVICE = tell('Sign in on a device that the tenant knows, or ask its administrator.');
const SECOND_FACTOR = tell('Sign in again, and complete the second factor.');
const SET_UP_FACTOR = tell('Set up a second factor at Microsoft, then sign in again.');
const PASSWORD = tell('Sign in again; the password was changed, is expired or is wrong.');
const AGAIN = tell('Sign in again.');
const OVER = tell('Sign in again: Entra ended the earlier sign-in.');
const ONE_TAB = tell('Sign in again, in one tab.');
const NEW_SECRET = mend(
  'Make a new client secret in the app registration and put its value, not its id, into password.',
);
const CERTIFICATE = mend(
  'Upload the certificate that certificate names to the app registration, and check that it is valid.',
);
const ASSERTION_TIME = mend('Check that the clock of this machine is set by NTP.');
const FEDERATION = mend(
  'Compare issuer, subject and audience of the federated assertion with the federated credential of the app registration.',
);
const REDIRECT_URI = mend('Register the redirect URI exactly as `entrada check` prints it.');
const PLATFORM = mend('Register the redirect URI under a platform of type Web.');
const IMPLICIT_BOXES = ask(
  'Tick “ID tokens” and “Access tokens” under Authentication, Implicit grant and hybrid flows.',
);
const ONE_RESOURCE = mend('Ask for `.default` of one resource, or for named scopes, not both.');
const UNKNOWN_SCOPE = mend('Check the spelling of each entry of api_scopes.');
const UNKNOWN_RESOURCE = mend('A resource of api_scopes is unknown in the tenant; check it.');
const UNKNOWN_APPLICATION = mend(
  'Check application_id and directory_id: the tenant does not know the application.',
);
const MALFORMED = mend(
  'Entra does not understand the request; check that nothing on the way changes it.',
);
const LATER = wait('Entra is disturbed; try again in a minute.');

/** One hint for several numbers. */
const each = (numbers: readonly number[], hint: Hint): readonly (readonly [number, Hint])[] =>
  numbers.map((number) => [number, hint]);

/** @see https://learn.microsoft.com/entra/identity-platform/reference-error-codes */
export const HINTS: ReadonlyMap<number, Hint> = new Map([
  // Denied.
  ...each([16000, 16003, 50020, 50177, 90072], OTHER_ACCOUNT),
  [
    50105,
    ask(
      'Assign the person to the enterprise application, or switch its assignment requirement off.',
    ),
  ],
  ...each([53003, 530032, 530034], CONDITIONAL_ACCESS),
  ...each([50097, 53000, 53001, 530003], DEVICE),
  [65004, DECLINED],
  [50034, tell('Choose an account that exists in this tenant.')],
  [50053, tell('The account is locked after too many attempts; wait, then sign in again.')],
  [50057, ask('The account is disabled; enable it in the tenant.')],
  [500341, ask('The account was deleted; restore it in the tenant, or use another one.')],

  // One more step.
  [65001, tell('Consent to the permissions, or ask the administrator of the tenant to do so.')],
  ...each([90094, 90095, 90099, 650056], CONSENT_FOR_ALL),
  ...each([50074, 50076, 50078, 50158, 500121], SECOND_FACTOR),
  ...each([50072, 50079, 50203], SET_UP_FACTOR),
  ...each([50055, 50126], PASSWORD),
  ...each([50058, 50144, 70046, 700020, 81010], AGAIN),

  // A grant that is over.
  ...each([54005, 70000, 70008, 700005], AGAIN),
  ...each([50148, 501481, 501491], ONE_TAB),
  ...each([50132, 50133, 50173, 70043, 700082, 700084], OVER),

  // The credential.
  ...each([7000215, 7000218, 7000222], NEW_SECRET),
  ...each([50012, 700021, 700027, 700030], CERTIFICATE),
  [700024, ASSERTION_TIME],
  ...each([50013, 70021, 700211, 700212, 700213, 700229], FEDERATION),
  [700025, mend('The registration is a public client; register a platform of type Web.')],

  // The application and its requests.
  ...each([70001, 700016], UNKNOWN_APPLICATION),
  [7000112, ask('The enterprise application is disabled; enable it for sign-in.')],
  ...each([90002, 50194], mend('Check directory_id and cloud: there is no such tenant.')),
  ...each([50011, 500112, 500113], REDIRECT_URI),
  ...each([9002325, 9002326, 9002327], PLATFORM),
  ...each([90014, 90100, 900144, 9002313], MALFORMED),
  ...each([70005, 700051, 700054], IMPLICIT_BOXES),
  ...each([28000, 70011, 700022], ONE_RESOURCE),
  ...each([28002, 28003, 700023], UNKNOWN_SCOPE),
  [650053, mend('A scope of api_scopes does not exist on its resource; check its spelling.')],
  [650057, ask('Add the permissions of api_scopes to the app registration.')],
  ...each([50001, 65005, 500011], UNKNOWN_RESOURCE),

  // What passes.
  [50196, tell('Entra saw the same request too often. Wait a few minutes, then sign in again.')],
  ...each([50033, 50087, 70012, 80005, 90006, 90012, 90024, 90033, 90055, 90090], LATER),
]);

import { z } from 'zod';
import { withTraits } from '../document/traits.ts';
import type { Secret } from '../secret.ts';
import { DATE_PATTERN, parseDate } from '../values/date.ts';
import { filePath, secret, text } from './forms.ts';

/** The keys of a method that are about its credential, as they are written. At most one kind is right. */
export interface CredentialEntry {
  readonly password?: Secret | readonly Secret[] | null | undefined;
  readonly password_expires?: number | undefined;
  readonly certificate?: CertificateEntry | undefined;
  readonly federated_assertion?: FederatedAssertionEntry | undefined;
}

interface CertificateEntry {
  readonly certificate: string;
  readonly key: string;
}

interface FederatedAssertionEntry {
  readonly file: string;
}

export const passwordSchema: z.ZodType<Secret | readonly Secret[], string | string[]> = withTraits(
  z.union([secret('a client secret'), z.array(secret('a client secret')).min(1).max(2)]),
  { secret: true, expects: 'a client secret, or a list of two while one replaces the other' },
);

/** Said of the key itself, which may also have no value. */
export const PASSWORD =
  'Client secret of the app registration; only used where a code is redeemed (api_scopes, or flow). Best as ${env:NAME} or ${file:PATH}. While a secret is replaced, a list of two: the second is tried when Entra refuses the first.';

export const passwordExpiresSchema: z.ZodType<number, string> = text({
  parse: parseDate,
  expects: 'a date such as 2027-01-31',
  pattern: DATE_PATTERN,
  examples: ['2027-01-31'],
}).describe(
  'Day on which the first password expires, as the app registration shows it. Entrada warns 30 days before; Entra does not tell.',
);

export const certificateSchema: z.ZodType<CertificateEntry, CertificateEntry> = z
  .strictObject({
    certificate: filePath('the path of a PEM file').describe(
      'PEM file with the certificate that was uploaded to the app registration.',
    ),
    key: filePath('the path of a PEM file').describe(
      'PEM file with its RSA private key, not encrypted. Nobody but the user that Entrada runs as should be able to read it.',
    ),
  })
  .describe('Certificate of the app registration, instead of a password.');

export const federatedAssertionSchema: z.ZodType<FederatedAssertionEntry, FederatedAssertionEntry> =
  z
    .strictObject({
      file: filePath('the path of a file').describe(
        'File with a token of the issuer that the app registration trusts. It is read for every request, so that whoever writes it may replace it at any time.',
      ),
    })
    .describe(
      'Token of another issuer (workload identity federation), instead of a password: there is no secret to keep.',
    );

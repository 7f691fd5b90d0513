import type { Clock } from '../../clock.ts';
import { EXPIRY_WARNING_MS } from '../../config/checks/credential.ts';
import { readCertificate } from '../../config/client-certificate.ts';
import type { CredentialConfig, EntraIdConfig } from '../../config/config.ts';
import { diskFiles } from '../../config/config-files.ts';
import type { EntraId } from '../../entra/entra-id.ts';
import type { Plan } from '../../entra/flow.ts';
import { change, type Line, ok, unknown } from './finding.ts';
import { inPortal } from './portal.ts';

const DAY_MS = 86_400_000;

/** What has to stand in the app registration, as far as the configuration says it. */
export function setupLines(
  config: EntraIdConfig,
  entra: Pick<EntraId, 'redirectUri' | 'adminConsentUrl'>,
  plan: Plan,
  clock: Clock,
): readonly Line[] {
  const { applicationId } = config;
  return [
    ...expiryLines(config, clock),
    unknown(
      'redirect-uri',
      entra.redirectUri,
      `Register it exactly so: ${inPortal(applicationId, 'authentication')} > Add a platform > Web.`,
    ),
    permissionsLine(config, entra.adminConsentUrl, plan),
  ];
}

function expiryLines({ applicationId, credential }: EntraIdConfig, clock: Clock): readonly Line[] {
  if (credential === null || credential.kind === 'federated-assertion') return [];
  const where = inPortal(applicationId, 'secrets');
  const end = endOf(credential);
  if (end === null) {
    return [
      unknown(
        'expiry',
        'nobody says when the secret ends',
        `Read it in the portal (${where}) and write password_expires.`,
      ),
    ];
  }
  const days = Math.floor((end - clock()) / DAY_MS);
  const date = new Date(end).toISOString().slice(0, 10);
  const says =
    days < 0
      ? `the credential ended on ${date}`
      : `the credential ends on ${date}, in ${days} days`;
  return [
    end - clock() < EXPIRY_WARNING_MS
      ? change(
          'expiry',
          says,
          `Make a new one (${where}) and write it beside the old one until it works.`,
        )
      : ok('expiry', says),
  ];
}

/** Unit: milliseconds since 1970-01-01 UTC; null when it is not known. */
function endOf(
  credential: Exclude<CredentialConfig, { kind: 'federated-assertion' }>,
): number | null {
  if (credential.kind === 'password') return credential.expiresAt;
  const read = readCertificate(diskFiles, credential.certificate);
  return read.ok ? read.value.validToDate.getTime() : null;
}

function permissionsLine(
  { applicationId }: EntraIdConfig,
  adminConsentUrl: string | null,
  { requests }: Plan,
): Line {
  if (adminConsentUrl === null) return ok('permissions', 'no permission of any API is needed');
  const needed = requests.map(({ resource, scopes }) => `${scopes.join(', ')} of ${resource}`);
  return unknown(
    'permissions',
    `delegated: ${needed.join('; ')}`,
    `Add them: ${inPortal(applicationId, 'permissions')}. An administrator consents for everybody at ${adminConsentUrl}`,
  );
}

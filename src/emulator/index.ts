/**
 * `entrada/emulator`: a local Entra tenant, Microsoft Graph and Azure Storage over TLS, for demos and tests.
 *
 * ```ts
 * import { startEmulator } from 'entrada/emulator';
 *
 * await using emulator = await startEmulator();
 * emulator.login; // https://login.localhost:PORT
 * emulator.ca; // PEM of the authority to trust
 * ```
 */
export { startEmulator } from './start-emulator.ts';
export type { Emulator } from './running-emulator.ts';
export type { EmulatorOptions, Layout } from './emulator-options.ts';
export type { TenantControl } from './control/tenant-control.ts';
export type {
  ApiSeed,
  ApplicationSeed,
  DirectoryObjectSeed,
  FederatedCredentialSeed,
  GroupSeed,
  PersonSeed,
  Platform,
  SecretSeed,
  StorageAccountSeed,
  TenantSeed,
} from './seed.ts';
export { parseSeedFile, SeedFileError, type SeedFileOptions } from './seed-file.ts';
export { contoso, CONTOSO_APPLICATION_ID, CONTOSO_SECRET, CONTOSO_TENANT_ID } from './contoso.ts';
export {
  type CertificateLifetime,
  type CertificatePair,
  createCertificate,
  createCertificateAuthority,
  createServerCertificate,
} from './certificate.ts';
export type { CloudName } from './clouds.ts';
export { ENDPOINTS, type EndpointName, type EndpointSelector } from './endpoints.ts';
export type { Failure, Fault } from './faults.ts';
export type { JournalEntry, JournalMatch } from './journal.ts';
export {
  tamperingEntry,
  TAMPERINGS,
  type TamperingEntry,
  type TamperName,
} from './tamper/catalogue.ts';
export type { Tampering, TamperOptions } from './tamper/tampering.ts';
export type { Policies, PolicySeed } from './tenant/policies.ts';
export { VARIANTS, type Variants, type VariantSeed } from './variants.ts';

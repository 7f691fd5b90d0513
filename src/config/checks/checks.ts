import type { Check } from '../document.ts';
import type { EntradaFile } from '../schema/file.ts';
import type { CheckContext, FileCheck } from './check.ts';
import { findMixedClouds } from './clouds.ts';
import { findCredentialFaults } from './credential.ts';
import { findDuplicates, findRepetitions } from './duplicates.ts';
import { findEntraIdFaults } from './entra-id.ts';
import { findExtensionFaults } from './extensions.ts';
import { findMappingFaults } from './mapping.ts';
import { findProxyEnvironmentFaults, findTrustFaults } from './proxy.ts';
import { findDisabledReferences, findUnknownReferences } from './references.ts';
import { findWeakSecrets } from './secrets.ts';
import { findFileFaults, findProxyDoubts, findServerConflicts } from './server.ts';
import { findChainFaults, findClosedServices, findServiceConflicts } from './services.ts';
import { findSessionConflicts } from './session.ts';

/** In no order: faults are told in that of the file. */
const CHECKS: readonly FileCheck[] = [
  findDuplicates,
  findRepetitions,
  findUnknownReferences,
  findDisabledReferences,
  findServerConflicts,
  findProxyDoubts,
  findFileFaults,
  findProxyEnvironmentFaults,
  findTrustFaults,
  findSessionConflicts,
  findEntraIdFaults,
  findCredentialFaults,
  findMixedClouds,
  findServiceConflicts,
  findChainFaults,
  findClosedServices,
  findMappingFaults,
  findExtensionFaults,
  findWeakSecrets,
];

/** All checks of `entrada.yaml`. */
export function checksOf(context: CheckContext): readonly Check<EntradaFile>[] {
  return CHECKS.map((check) => (file) => (file === undefined ? [] : check(file, context)));
}

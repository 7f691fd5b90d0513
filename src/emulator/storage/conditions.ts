import { type EmulatorRequest, headerOf } from '../http/request.ts';
import type { StorageErrorCode } from './errors.ts';
import type { Versioned } from './headers.ts';

/**
 * The condition of a write that does not hold; undefined when all do.
 *
 * @param existing What is there now; undefined: nothing.
 * @see https://learn.microsoft.com/rest/api/storageservices/specifying-conditional-headers-for-blob-service-operations
 */
export function refuseWrite(
  request: EmulatorRequest,
  existing: Versioned | undefined,
): StorageErrorCode | undefined {
  const ifMatch = headerOf(request, 'if-match');
  const ifNoneMatch = headerOf(request, 'if-none-match');
  if (ifNoneMatch === '*' && existing !== undefined) return 'BlobAlreadyExists';
  if (ifNoneMatch !== undefined && ifNoneMatch === existing?.etag) return 'ConditionNotMet';
  if (ifMatch !== undefined && !matches(ifMatch, existing)) return 'ConditionNotMet';
  return undefined;
}

const matches = (ifMatch: string, existing: Versioned | undefined): boolean =>
  existing !== undefined && (ifMatch === '*' || ifMatch === existing.etag);

/** 304 or 412 for a read whose condition does not hold; undefined when it does. */
export function refuseRead(request: EmulatorRequest, existing: Versioned): 304 | 412 | undefined {
  const ifMatch = headerOf(request, 'if-match');
  if (ifMatch !== undefined && !matches(ifMatch, existing)) return 412;
  const ifNoneMatch = headerOf(request, 'if-none-match');
  return ifNoneMatch === existing.etag || ifNoneMatch === '*' ? 304 : undefined;
}

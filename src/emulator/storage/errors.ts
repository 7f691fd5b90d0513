import { type Reply } from '../http/reply.ts';
import { type EmulatorRequest } from '../http/request.ts';
import { escapeHtml } from '../pages/markup.ts';
import type { World } from '../world.ts';

/** Errors of the Blob service by code: status and text. */
const STORAGE_ERRORS = {
  InvalidHeaderValue: [400, 'The value for one of the HTTP headers is not in the correct format.'],
  InvalidInput: [400, 'One of the request inputs is not valid.'],
  InvalidResourceName: [400, 'The specified resource name contains invalid characters.'],
  InvalidQueryParameterValue: [
    400,
    'Value for one of the query parameters specified in the request URI is invalid.',
  ],
  InvalidBlockList: [400, 'The specified block list is invalid.'],
  InvalidXmlDocument: [400, 'XML specified is not syntactically valid.'],
  MissingRequiredHeader: [
    400,
    'An HTTP header that is mandatory for this request is not specified.',
  ],
  Md5Mismatch: [
    400,
    'The MD5 value specified in the request did not match with the MD5 value calculated by the server.',
  ],
  NoAuthenticationInformation: [
    401,
    'Server failed to authenticate the request. Please refer to the information in the www-authenticate header.',
  ],
  InvalidAuthenticationInfo: [
    401,
    'Server failed to authenticate the request. Please refer to the information in the www-authenticate header.',
  ],
  AuthenticationFailed: [
    403,
    'Server failed to authenticate the request. Make sure the value of Authorization header is formed correctly including the signature.',
  ],
  AuthorizationPermissionMismatch: [
    403,
    'This request is not authorized to perform this operation using this permission.',
  ],
  AuthorizationFailure: [403, 'This request is not authorized to perform this operation.'],
  ContainerNotFound: [404, 'The specified container does not exist.'],
  BlobNotFound: [404, 'The specified blob does not exist.'],
  ResourceNotFound: [404, 'The specified resource does not exist.'],
  UnsupportedHttpVerb: [405, "The resource doesn't support the specified HTTP verb."],
  ContainerAlreadyExists: [409, 'The specified container already exists.'],
  BlobAlreadyExists: [409, 'The specified blob already exists.'],
  InvalidBlobType: [409, 'The blob type is invalid for this operation.'],
  ConditionNotMet: [412, 'The condition specified using HTTP conditional header(s) is not met.'],
  InvalidRange: [416, 'The range specified is invalid for the current size of the resource.'],
  InternalError: [500, 'Server encountered an internal error. Please try again after some time.'],
  ServerBusy: [
    503,
    'The server is currently unable to receive requests. Please retry your request.',
  ],
  OperationTimedOut: [500, 'Operation could not be completed within the permitted time.'],
} as const;

/** Code of an error that Storage gives by itself. */
export type StorageErrorCode = keyof typeof STORAGE_ERRORS;

/** What an error says beside its code. */
export interface StorageErrorDetails {
  readonly status?: number;
  readonly headers?: Reply['headers'];
  /** Further elements of the document, as in `AuthenticationErrorDetail`. */
  readonly elements?: { readonly [name: string]: string };
}

/** An error of Storage. */
export const storageError = (
  world: World,
  request: EmulatorRequest,
  code: StorageErrorCode,
  details: StorageErrorDetails = {},
): Reply => anyStorageError(world, request, code, details);

/**
 * An error with any code: an XML document, and the code in a header. A reply to HEAD has no body, so that only the
 * header tells.
 *
 * @see https://learn.microsoft.com/rest/api/storageservices/status-and-error-codes2
 */
export function anyStorageError(
  world: World,
  request: EmulatorRequest,
  code: string,
  details: StorageErrorDetails = {},
): Reply {
  const table: { readonly [code: string]: readonly [number, string] } = STORAGE_ERRORS;
  const [status, text] = table[code] ?? [500, 'An error on demand.'];
  const time = new Date(world.time.now()).toISOString();
  const message = `${text}\nRequestId:${request.id}\nTime:${time}`;
  request.notes.error = code;
  return {
    status: details.status ?? status,
    headers: { 'Content-Type': 'application/xml', 'x-ms-error-code': code, ...details.headers },
    body: xml('Error', { Code: code, Message: message, ...details.elements }),
  };
}

/** A small XML document of text elements. */
const xml = (root: string, elements: { readonly [name: string]: string }): string =>
  `\uFEFF<?xml version="1.0" encoding="utf-8"?><${root}>${Object.entries(elements)
    .map(([name, text]) => `<${name}>${escapeHtml(text)}</${name}>`)
    .join('')}</${root}>`;

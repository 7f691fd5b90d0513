/**
 * Questions about objects of the platform that must not load a part: an object of a class that was never evaluated
 * cannot exist. A part registers its answers when it is evaluated.
 */
import type { AbortSignal } from './abort.ts';
import type { Blob } from './blob.ts';
import type { CryptoKey } from './crypto-key.ts';
import type { DOMException } from './dom-exception.ts';
import type { FormData } from './form-data.ts';
import type { Headers } from './headers.ts';
import type { Request } from './request.ts';
import type { ReadableStream } from './streams.ts';
import type { URLSearchParams } from './url.ts';

/** How an object of the platform is transferred to where a structured clone goes. */
export interface Transfer {
  /** Takes it away from the object that is transferred. */
  detach(): void;
  /** Makes the object that stands for it from now on. */
  receive(): object;
}

interface Brands {
  isAbortSignal(value: unknown): value is AbortSignal;
  isBlob(value: unknown): value is Blob;
  isCryptoKey(value: unknown): value is CryptoKey;
  isDOMException(value: unknown): value is DOMException;
  isFormData(value: unknown): value is FormData;
  isHeaders(value: unknown): value is Headers;
  isReadableStream(value: unknown): value is ReadableStream;
  isRequest(value: unknown): value is Request;
  isURLSearchParams(value: unknown): value is URLSearchParams;
  /** Null for an object that is not transferable. Throws a `DataCloneError` for one that is not any more. */
  transferOf(value: object): Transfer | null;
}

const never = ((): boolean => false) as never;

export const brands: Brands = {
  isAbortSignal: never,
  isBlob: never,
  isCryptoKey: never,
  isDOMException: never,
  isFormData: never,
  isHeaders: never,
  isReadableStream: never,
  isRequest: never,
  isURLSearchParams: never,
  transferOf: () => null,
};

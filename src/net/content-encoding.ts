import zlib from 'node:zlib';

import { systemCode } from '../errors.ts';
import type { HttpRequest, HttpResponse } from './http.ts';
import { NetError } from './net-error.ts';

type Decoder = (data: Buffer, options: { maxOutputLength: number }) => Promise<Buffer>;

const inflate = promised(zlib.inflate);
const inflateRaw = promised(zlib.inflateRaw);

const DECODERS: { readonly [encoding: string]: Decoder } = {
  gzip: promised(zlib.gunzip),
  'x-gzip': promised(zlib.gunzip),
  deflate: (data, options) => (isWrapped(data) ? inflate : inflateRaw)(data, options),
  br: promised(zlib.brotliDecompress),
};

/** RFC 1950 section 2.2. Some servers leave the wrapper out (RFC 9110 section 8.4.1.2), and browsers take that. */
function isWrapped([method = 0, flags = 0]: Buffer): boolean {
  return (method & 0x0f) === 8 && ((method << 8) | flags) % 31 === 0;
}

type CallbackDecoder = (
  data: Buffer,
  options: { maxOutputLength: number },
  callback: (error: Error | null, result: Buffer) => void,
) => void;

function promised(decoder: CallbackDecoder): Decoder {
  return (data, options) =>
    new Promise((resolve, reject) => {
      decoder(data, options, (error, result) => (error ? reject(error) : resolve(result)));
    });
}

/**
 * Undoes `Content-Encoding` (RFC 9110 section 8.4), never past the limit: a small body may be a large one packed.
 *
 * @throws {NetError} `NET_PROTOCOL`, `NET_TOO_LARGE`.
 */
export async function decodeBody(
  body: Buffer,
  headers: HttpResponse['headers'],
  request: HttpRequest,
): Promise<Uint8Array> {
  const encoding = headers
    .find(([name]) => name === 'content-encoding')?.[1]
    .trim()
    .toLowerCase();
  if (encoding === undefined || encoding === '' || encoding === 'identity' || body.length === 0)
    return body;
  const decoder = DECODERS[encoding];
  if (!decoder)
    throw new NetError(
      'NET_PROTOCOL',
      `${hostOf(request)} answered in an encoding that was not asked for`,
    );
  try {
    return await decoder(body, { maxOutputLength: request.maxBytes });
  } catch (error) {
    if (systemCode(error) === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(request);
    throw new NetError(
      'NET_PROTOCOL',
      `${hostOf(request)} answered with a body that cannot be unpacked`,
      {
        cause: error,
      },
    );
  }
}

/** The error for a body past its limit. */
export function tooLarge(request: HttpRequest): NetError {
  return new NetError(
    'NET_TOO_LARGE',
    `${hostOf(request)} answered with more than ${request.maxBytes} bytes`,
  );
}

const hostOf = ({ url }: HttpRequest): string => new URL(url).host;

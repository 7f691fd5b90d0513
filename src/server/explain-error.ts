import { isEntradaError } from '../errors.ts';
import type { ErrorCode } from '../errors.ts';
import type { Log } from './log.ts';
import { statusOf } from './respond.ts';

/** What the router throws, in our words. */
const ROUTER_CODES: { readonly [code: string]: ErrorCode } = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'SERVER_TOO_LARGE',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'SERVER_MEDIA_TYPE',
};

/** The code of whatever a route threw. What is broken on our side is logged with its cause. */
export function explain(
  error: unknown,
  { requestId, log }: { readonly requestId: string; readonly log: Log },
): ErrorCode {
  const code = codeOf(error);
  const status = statusOf(code);
  if (status < 500) log.info({ requestId, code, why: messageOf(error) }, 'a request was refused');
  else log.error({ requestId, code, err: error }, 'a request failed');
  return code;
}

/** An error of ours has its own; one of the router has a word of ours; everything else is broken. */
function codeOf(error: unknown): ErrorCode {
  if (isEntradaError(error)) return error.code;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const isRequest = error instanceof Error && 'statusCode' in error && error.statusCode === 400;
  return ROUTER_CODES[code] ?? (isRequest ? 'SERVER_REQUEST_INVALID' : 'SERVER_INTERNAL');
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : '');

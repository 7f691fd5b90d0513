import { isUtf8 } from 'node:buffer';

import type { FetchAnswer } from '../../../sandbox/contract.ts';
import { holdsSecret, maskBytes, maskSecrets, mayHoldSecret } from '../../config/masking.ts';
import type { Secret } from '../../config/secret.ts';
import type { HttpResponse } from '../../net/http.ts';
import type { Allowed } from './authorise.ts';
import type { AllowedHop, FetchContext } from './fetch.ts';
import { hiddenFrom } from './handles.ts';
import { visibleHeaders } from './headers.ts';
import { holdInBody, holdInHeader } from './hold.ts';
import type { PreparedCall } from './prepare.ts';

/** What an extension is shown of an answer: without cookies, without echoes of secrets, without links that need no token. */
export function toAnswer(
  response: HttpResponse,
  call: PreparedCall,
  hop: AllowedHop,
  redirected: boolean,
  context: FetchContext,
): FetchAnswer {
  const hidden = [...hiddenFrom(context), ...urlOf(hop, context)];
  const body = maskBytes(holdInBody(response, call, hop, context), hidden);
  const head = {
    url: hop.alias ?? hop.url.href.replace(/#.*/, ''),
    statusText: response.statusText,
    headers: visibleHeaders(response.headers).map((pair) => holdInHeader(pair, call, hop, context)),
  };
  return {
    ...maskHead(head, hop, hidden),
    redirected,
    status: response.status,
    ...encoded(Buffer.from(body.buffer, body.byteOffset, body.byteLength)),
  };
}

type Head = Pick<FetchAnswer, 'url' | 'statusText' | 'headers'>;

function maskHead(head: Head, { alias }: Allowed, hidden: readonly Secret[]): Head {
  const { url, statusText, headers } = head;
  if (!mayHoldSecret([url, statusText, ...headers.flat()], hidden)) return head;
  return {
    url: alias ?? maskSecrets(url, hidden),
    statusText: maskSecrets(statusText, hidden),
    headers: headers
      .filter(([name]) => !holdsSecret(name, hidden))
      .map(([name, value]) => [name, maskSecrets(value, hidden)]),
  };
}

/** How long base64 is, in relation to its bytes: what answers may have in all is counted with it. */
const BASE64_LENGTH = 4 / 3;

/** A body as it crosses: as text, unless it is none, or full of what JSON has to escape. */
function encoded(body: Buffer): Pick<FetchAnswer, 'body' | 'isText'> {
  if (isUtf8(body)) {
    const text = body.toString();
    if (JSON.stringify(text).length - QUOTES <= body.length * BASE64_LENGTH)
      return { body: text, isText: true };
  }
  return { body: body.toString('base64'), isText: false };
}

const QUOTES = 2;

/** The link itself, in the answer to a request by a held one. */
function urlOf({ alias }: Allowed, { links }: FetchContext): readonly Secret[] {
  const link = alias === null ? undefined : links.find(alias);
  return link ? [link.url] : [];
}

import type { Handler } from '../http/route.ts';
import { noticePage } from '../pages/notice.ts';
import { aadstsEntry } from './aadsts.ts';

/** What an AADSTS number means: where `error_uri` leads. */
export const explainError: Handler = (_world, request) => {
  const number = Number(request.query.get('code') ?? '0');
  const { error, text } = aadstsEntry(number);
  return noticePage({ tenantName: 'Entra', title: `AADSTS${number}`, text: `${error}: ${text}` });
};

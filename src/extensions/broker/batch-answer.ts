import { z } from 'zod';

import type { HttpResponse } from '../../net/http.ts';

const ANSWER = z.object({
  responses: z.array(
    z.object({
      status: z.number().int(),
      headers: z.record(z.string(), z.string()).nullish(),
    }),
  ),
});

/**
 * What the parts of a batch were answered, without their bodies: a service that says "later", or that wants more of the
 * person, says so in the part, while the batch itself is answered with 200.
 */
export function partAnswers({ body }: HttpResponse): readonly HttpResponse[] {
  return readAnswer(body).map(({ status, headers }) => ({
    status,
    statusText: '',
    headers: Object.entries(headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]),
    body: new Uint8Array(0),
  }));
}

function readAnswer(body: Uint8Array): z.infer<typeof ANSWER>['responses'] {
  try {
    return ANSWER.parse(JSON.parse(Buffer.from(body).toString())).responses;
  } catch {
    return []; // an error of the whole batch, or no JSON
  }
}

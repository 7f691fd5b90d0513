import test from 'ava';
import { TRANSACTION } from '../../src/entra/transaction.ts';
import { CODE, createDesk, formOf, IMPLICIT } from '../_support/entra-desk.ts';
import { TOKEN_URL } from '../_support/scripted-tenant.ts';

for (const config of [IMPLICIT, CODE]) {
  test(`of twenty equal answers at once one signs in, ${config === CODE ? 'and redeems the code once' : 'by the browser’s token'} [29] [N68]`, async (t) => {
    const desk = createDesk({ config });
    const answer = await desk.answer(await desk.begin());
    const all = await Promise.allSettled(
      Array.from({ length: 20 }, () => desk.entra.finish(answer)),
    );
    const refused = all.filter((result) => result.status === 'rejected');
    t.is(refused.length, 19);
    t.true(
      refused.every(({ reason }) => (reason as { code: string }).code === 'ENTRA_STATE_UNKNOWN'),
    );
    t.is(await desk.store.count(TRANSACTION), 0);
    const codes = desk.tenant.to(TOKEN_URL).filter(({ body }) => formOf(body).has('code'));
    t.is(codes.length, config === CODE ? 1 : 0);
  });
}

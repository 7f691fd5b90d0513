import test from 'ava';
import { createDesk, refusedWith } from '../_support/entra-desk.ts';
import { OTHER_APPLICATION, OTHER_TENANT } from '../_support/entra-tokens.ts';

const OTHER_METHOD = '11111111-2222-4333-8444-555555555555';

test('a state of one method at the redirect URI of another is refused by both [25] [30]', async (t) => {
  const honest = createDesk();
  const config = { id: OTHER_METHOD, directoryId: OTHER_TENANT, applicationId: OTHER_APPLICATION };
  const hostile = createDesk({ config, store: honest.store });
  const first = await honest.answer(await honest.begin());
  await refusedWith(
    t,
    honest,
    'ENTRA_OTHER_METHOD',
    hostile.entra.finish({ ...first, method: OTHER_METHOD }),
  );
  const second = await honest.answer(await honest.begin());
  await refusedWith(
    t,
    honest,
    'ENTRA_OTHER_METHOD',
    honest.entra.finish({ ...second, method: OTHER_METHOD }),
  );
});

test('a token of the other method’s tenant is refused, though its key is in both sets [38] [39]', async (t) => {
  const desk = createDesk();
  const round = await desk.begin();
  const claims = {
    iss: `https://login.microsoftonline.com/${OTHER_TENANT}/v2.0`,
    tid: OTHER_TENANT,
  };
  const answer = await desk.answer(round, { claims });
  await refusedWith(t, desk, 'ENTRA_TOKEN_ISSUER', desk.entra.finish(answer));
});

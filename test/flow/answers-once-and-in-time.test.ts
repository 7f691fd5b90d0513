import test, { type ExecutionContext } from 'ava';

import type { JournalEntry } from '../../src/emulator/index.ts';
import {
  formsOf,
  type VisitedForm,
  type VisitedPage,
  type Visitor,
} from '../../src/testing/visitor.ts';
import { JANE, nobodyIn } from '../_support/rounds.ts';
import { startWorld, type World, type WorldOptions } from '../_support/world.ts';

/** A browser that has the tenant's answer, and did not send it yet. */
interface Answered {
  readonly world: World;
  readonly send: () => ReturnType<Visitor['submit']>;
}

async function answered(t: ExecutionContext, options: WorldOptions = {}): Promise<Answered> {
  const world = await startWorld(t, { extensionsOff: true, ...options });
  world.emulator.tenant().policies.autopilot = JANE;
  const visitor = world.visitor();
  const method = world.config.authentications[0]?.id;
  const begun = await visitor.open(`${world.origin}/__chsps__/login?service=/&method=${method}`);
  const page = await visitor.open(begun.location ?? '');
  const form = formOf(page);
  return { world, send: () => visitor.submit(page, form) };
}

function formOf(page: VisitedPage): VisitedForm {
  const [form] = formsOf(page);
  if (form === undefined) throw new Error(`the tenant did not answer: ${page.url}`);
  return form;
}

for (const [way, method] of Object.entries({
  'a code': {},
  'the tokens of the browser': { api_scopes: null, password: null },
})) {
  test.serial(
    `of twelve equal answers that a browser sends at once exactly one makes a session, by ${way} [29] [N68]`,
    async (t) => {
      const { world, send } = await answered(t, { method });
      const pages = await Promise.all(Array.from({ length: 12 }, send));
      t.is(pages.filter(({ status }) => status === 303).length, 1);
      t.is(pages.filter(({ status }) => status === 400).length, 11);
      t.is(await world.gateway.sessions.count(), 1);
      const codes = world.emulator.journal.all({ endpoint: 'token' }).filter(isOfCode);
      t.is(codes.length, way === 'a code' ? 1 : 0);
    },
  );
}

const isOfCode = ({ parameters }: JournalEntry): boolean =>
  parameters['grant_type'] === 'authorization_code';

test.serial('an answer after 119 seconds makes a session [20] [N71]', async (t) => {
  let now = Date.now();
  const { world, send } = await answered(t, { clock: () => now });
  now += 119_000;
  t.is((await send()).status, 303);
  t.is(await world.gateway.sessions.count(), 1);
});

test.serial(
  'an answer after 121 seconds makes none, is used up, and the page says that it took too long [20] [N71]',
  async (t) => {
    let now = Date.now();
    const { world, send } = await answered(t, { clock: () => now });
    now += 121_000;
    const late = await send();
    t.is(late.status, 400);
    t.is(world.records.at(-1)?.code, 'ENTRA_TOO_LATE');
    t.is(world.emulator.journal.count({ endpoint: 'token' }), 0, 'the code is not redeemed');
    t.true(late.html.includes('Start again'));
    await nobodyIn(t, world, late);
    now -= 60_000;
    t.is((await send()).status, 400, 'the second time it is nobody’s');
    await nobodyIn(t, world, late);
  },
);

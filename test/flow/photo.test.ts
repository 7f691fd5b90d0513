import test, { type ExecutionContext } from 'ava';

import { header, type HttpResponse } from '../../src/net/http.ts';
import { Visitor } from '../../src/testing/visitor.ts';
import { JANE, signInAtOnce } from '../_support/rounds.ts';
import { startWorld, type World } from '../_support/world.ts';

/** Has no photo in the tenant of the tests. */
const EMIL = 'emil@contoso.example';
const ADDRESS = '/__chsps__/photo/file-browser';

const startShown = (t: ExecutionContext): Promise<World> =>
  startWorld(t, { extensionsOff: true, method: { show_photo: true } });

/** Somebody at a browser that shows what came for an image. */
interface Looker {
  readonly visitor: Visitor;
  readonly look: () => Promise<HttpResponse>;
}

function lookerAt(world: World): Looker {
  const seen: HttpResponse[] = [];
  const visitor = new Visitor(async (request) => {
    const response = await world.http(request);
    seen.push(response);
    return response;
  });
  const look = async (): Promise<HttpResponse> => {
    await visitor.open(world.origin + ADDRESS);
    const response = seen.at(-1);
    if (response === undefined) throw new Error('nothing came');
    return response;
  };
  return { visitor, look };
}

async function signedIn(world: World, account: string): Promise<Looker> {
  const looker = lookerAt(world);
  await signInAtOnce(world, account, looker.visitor);
  return looker;
}

const typeOf = (response: HttpResponse): string | undefined => header(response, 'content-type');

const INITIALS = 'image/svg+xml; charset=utf-8';

test.serial('show_photo: true shows people their photo of Microsoft 365 [78]', async (t) => {
  const world = await startShown(t);
  const { visitor, look } = await signedIn(world, JANE);
  const page = await visitor.open(`${world.origin}/`);
  t.true(page.html.includes(`src="${ADDRESS}"`));
  const photo = await look();
  t.is(photo.status, 200);
  t.is(typeOf(photo), 'image/jpeg');
  t.is(header(photo, 'cache-control'), 'no-store');
  t.deepEqual([...photo.body.subarray(0, 3)], [0xff, 0xd8, 0xff]);
});

for (const code of ['ImageNotFound', 'ErrorItemNotFound'] as const) {
  test.serial(`a person without a photo (${code}) is shown by initials [78]`, async (t) => {
    const world = await startShown(t);
    world.emulator.tenant().variants.photoMissing = code;
    const { look } = await signedIn(world, EMIL);
    const photo = await look();
    t.is(photo.status, 200);
    t.is(typeOf(photo), INITIALS);
    t.false(world.lines.some((line) => line.includes('a photo could not be read')));
  });
}

for (const [what, upset] of Object.entries<(world: World) => void>({
  'Graph is disturbed': ({ emulator }) =>
    emulator.failNext('graph.photo', { graph: 'serviceNotAvailable' }),
  'Graph hangs up': ({ emulator }) => emulator.resetNext('graph.photo', 2),
  'something else comes': ({ emulator }) =>
    emulator.failNext('graph.photo', {
      status: 200,
      headers: { 'Content-Type': 'image/jpeg' },
      body: '<script>alert(1)</script>',
    }),
  'a page comes': ({ emulator }) =>
    emulator.failNext('graph.photo', {
      status: 200,
      headers: { 'Content-Type': 'text/html' },
      body: Buffer.from([0xff, 0xd8, 0xff, 0xe0]),
    }),
})) {
  test.serial(`initials stand for a photo when ${what} [78]`, async (t) => {
    const world = await startShown(t);
    const { look } = await signedIn(world, JANE);
    upset(world);
    const photo = await look();
    t.is(photo.status, 200);
    t.is(typeOf(photo), INITIALS);
  });
}

test.serial(
  'a person who was revoked loses the session by the look at a photo [78] [85]',
  async (t) => {
    const world = await startShown(t);
    const { look } = await signedIn(world, JANE);
    world.emulator.tenant().people.revokeSessions(JANE);
    t.is(typeOf(await look()), INITIALS);
    let looks = 1;
    while ((await look()).status === 200 && looks < 100) looks++;
    t.is((await look()).status, 303);
  },
);

test.serial('whoever is not signed in gets no photo [78]', async (t) => {
  const world = await startShown(t);
  t.is((await lookerAt(world).look()).status, 303);
  t.is(world.emulator.journal.count({ endpoint: 'graph.photo' }), 0);
});

test.serial('without show_photo nobody’s photo is asked for [78]', async (t) => {
  const world = await startWorld(t, { extensionsOff: true });
  const { visitor, look } = await signedIn(world, JANE);
  t.false((await visitor.open(`${world.origin}/`)).html.includes('<img'));
  t.is(typeOf(await look()), INITIALS);
  t.is(world.emulator.journal.count({ endpoint: 'graph.photo' }), 0);
});

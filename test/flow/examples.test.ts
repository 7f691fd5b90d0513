import test from 'ava';

import { startApi } from '../../src/testing/index.ts';
import { asked, JANE, nobodyIn, signInAtOnce } from '../_support/rounds.ts';
import { exampleFolder, startWorld } from '../_support/world.ts';

const STEP_UP = {
  source: exampleFolder('step-up'),
  mode: 'enforce',
  config: { context: 'c1', groups: ['Finance'] },
};

test('step-up: a member goes to Entra once more for the context, and is in', async (t) => {
  const world = await startWorld(t, { extensions: [STEP_UP] });
  const page = await signInAtOnce(world, JANE);
  t.true(page.html.includes('Signed in as'));
  const rounds = asked(world).map(({ claims }) => JSON.parse(claims ?? '{}').id_token);
  t.deepEqual(rounds, [undefined, { acrs: { essential: true, value: 'c1' } }]);
  t.deepEqual(
    world.records.map(({ outcome }) => outcome),
    ['challenged', 'allowed'],
  );
});

test('step-up: whoever is in no such group goes there once', async (t) => {
  const world = await startWorld(t, { extensions: [STEP_UP] });
  const page = await signInAtOnce(world, 'lena@contoso.example');
  t.true(page.html.includes('Signed in as'));
  t.is(asked(world).length, 1);
});

test('office-hours: the address is the one that the gateway sees, and time is the gateway’s', async (t) => {
  const config = {
    time_zone: 'UTC',
    days: ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'],
    from: '00:00',
    to: '00:00', // no hour of any day
    networks: ['127.0.0.0/8'],
  };
  const source = exampleFolder('office-hours');
  const inside = await startWorld(t, { extensions: [{ source, mode: 'enforce', config }] });
  t.true((await signInAtOnce(inside)).html.includes('Signed in as'));
  const elsewhere = { ...config, networks: ['10.0.0.0/8'] };
  const outside = await startWorld(t, {
    extensions: [{ source, mode: 'enforce', config: elsewhere }],
  });
  const page = await signInAtOnce(outside);
  t.is(page.status, 403);
  t.true(page.html.includes('From outside, this service is open'));
  await nobodyIn(t, outside, page);
});

const GRAPH = 'https://graph.microsoft.com';

test('teams-alert: a channel hears of whom another extension denied', async (t) => {
  const url = 'https://contoso.webhook.example.com/workflows/7/secret-of-the-channel';
  const told: string[] = [];
  const teams = await startApi(new URL(url).origin, (request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      told.push(body);
      response.writeHead(202).end();
    });
  });
  t.teardown(() => teams[Symbol.asyncDispose]());
  const world = await startWorld(t, {
    map: teams.map,
    secrets: { 'teams.crt': teams.ca },
    method: { tls_trusted_certificates: ['secrets/teams.crt'] },
    extensions: [
      {
        source: exampleFolder('department-gate'),
        grant: { tokens: [{ resource: GRAPH, allow: ['GET /v1.0/me'] }] },
        config: { departments: ['Finance'] },
      },
      {
        source: exampleFolder('teams-alert'),
        grant: { fetch: [{ name: 'teams', url, allow: ['POST'] }] },
        config: { codes: ['department'] },
      },
    ],
  });
  t.is((await signInAtOnce(world, 'emil@contoso.example')).status, 403);
  t.true((await signInAtOnce(world, JANE)).html.includes('Signed in as'));
  await world.gateway.events?.idle();
  t.is(told.length, 1);
  t.regex(told[0] ?? '', /"department-gate: emil is in Engineering"/);
  t.false(world.lines.some((line) => line.includes('secret-of-the-channel')));
});

test('sign-in-note: a file of the person’s own drive is written after they were let in', async (t) => {
  const world = await startWorld(t, {
    method: { api_scopes: [`${GRAPH}/Files.ReadWrite`] },
    extensions: [
      {
        source: exampleFolder('sign-in-note'),
        grant: { tokens: [{ resource: GRAPH, allow: ['PUT /v1.0/me/drive/**'] }] },
        config: { folder: 'Entrada' },
      },
    ],
  });
  t.true((await signInAtOnce(world, JANE)).html.includes('Signed in as'));
  await world.gateway.events?.idle();
  const written = world.emulator.journal.all({ endpoint: 'graph.drive' });
  t.deepEqual(
    written.map(({ method, status }) => [method, status]),
    [['PUT', 201]],
  );
});

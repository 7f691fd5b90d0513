import test from 'ava';

import { exampleFolder, startWorld } from '../_support/world.ts';

const GRAPH = 'https://graph.microsoft.com';

const DEPARTMENT_GATE = {
  source: exampleFolder('department-gate'),
  grant: { tokens: [{ resource: GRAPH, allow: ['GET /v1.0/me'] }] },
  config: { departments: ['Finance', 'Legal', 'Management'] },
};

const MANAGER_CLAIMS = {
  source: exampleFolder('manager-claims'),
  grant: {
    tokens: [{ resource: GRAPH, allow: ['GET /v1.0/me/manager'] }],
    enrich: { claims: ['manager_name', 'manager_mail'] },
  },
};

const STORAGE_CONTAINER = {
  source: exampleFolder('storage-container'),
  grant: {
    tokens: [
      {
        resource: 'https://storage.azure.com',
        origins: ['https://contoso.blob.core.windows.net'],
        allow: ['PUT /*'],
      },
    ],
  },
  config: { account: 'contoso' },
};

test('a person signs in with tokens of two resources, three extensions are asked, and a session exists', async (t) => {
  const world = await startWorld(t, {
    extensions: [DEPARTMENT_GATE, STORAGE_CONTAINER, MANAGER_CLAIMS],
  });
  const { page, signedIn, record } = await world.signIn('jane@contoso.example');
  t.true(signedIn);
  t.is(page.status, 200);
  t.like(record, { outcome: 'allowed', code: null });
  t.like(record.principal, { username: 'jane', claims: { manager_name: 'Adele Vance' } });
  t.deepEqual(
    record.principal?.groups.map(({ name }) => name),
    ['Staff', 'Finance'],
  );
  t.deepEqual(
    record.tokens.map(({ resource }) => resource),
    [GRAPH, 'https://storage.azure.com'],
  );
  t.deepEqual(
    record.extensions.map(({ extension, hook, failure }) => [extension, hook, failure]),
    [
      ['department-gate', 'decide', null],
      ['storage-container', 'decide', null],
      ['manager-claims', 'enrich', null],
    ],
  );
  const { sessions } = await world.gateway.sessions.list({ limit: 10 });
  t.is(sessions.length, 1);
  t.is(sessions[0]?.session.signIn, record.id);
  t.true(world.emulator.journal.count({ path: /^\/home-/ }) > 0);
});

test('the page of the signed-in person says who they are and which extension decided what', async (t) => {
  const world = await startWorld(t, { extensions: [DEPARTMENT_GATE, MANAGER_CLAIMS] });
  const { page } = await world.signIn('jane@contoso.example');
  for (const text of [
    'jane',
    'Finance',
    'Staff',
    'department-gate',
    'manager-claims',
    'Adele Vance',
  ]) {
    t.true(page.html.includes(text), text);
  }
});

test('a person whom an extension denies gets its sentence, a request id, and no session', async (t) => {
  const world = await startWorld(t, { extensions: [DEPARTMENT_GATE, MANAGER_CLAIMS] });
  const { page, signedIn, record } = await world.signIn('emil@contoso.example');
  t.false(signedIn);
  t.is(page.status, 403);
  t.true(page.html.includes('This service is for Finance, Legal, and Management.'));
  t.true(page.html.includes(record.id));
  t.like(record, { outcome: 'denied', code: 'SIGN_IN_DENIED', denial: 'department' });
  t.false(
    record.extensions.some(({ hook }) => hook === 'enrich'),
    'nobody enriches who was denied',
  );
  t.is(await world.gateway.sessions.count(), 0);
});

test('what the operator is told of a denial is not told to the person', async (t) => {
  const world = await startWorld(t, { extensions: [DEPARTMENT_GATE] });
  const { page, record } = await world.signIn('emil@contoso.example');
  t.regex(record.reason ?? '', /emil is in Engineering/);
  t.false(page.html.includes('emil is in Engineering'));
});

test('with --extensions=off everybody whom Entra accepts is let in', async (t) => {
  const world = await startWorld(t, { extensions: [DEPARTMENT_GATE], extensionsOff: true });
  const { signedIn, record } = await world.signIn('emil@contoso.example');
  t.true(signedIn);
  t.deepEqual(record.extensions, []);
  t.deepEqual(world.gateway.runners, []);
});

test('a person whom Entra does not assign is told that an administrator has to assign them [31]', async (t) => {
  const world = await startWorld(t);
  world.emulator.tenant().variants.notAssigned = 'redirect';
  const { page, record } = await world.signIn('ulla@contoso.example');
  t.like(record, {
    outcome: 'denied',
    code: 'ENTRA_ACCESS_DENIED',
    actor: 'administrator',
    aadsts: 50105,
  });
  t.true(page.html.includes(record.id));
  t.true(page.html.includes(record.correlationId ?? '-'));
  t.true(page.html.includes('Microsoft did not let you in'));
  t.true(page.html.includes('An administrator of your organisation'));
  t.true(page.html.includes('Assign the person to the enterprise application'));
  t.false(page.html.includes('You can mend this yourself'));
  t.is(await world.gateway.sessions.count(), 0);
});

test('a session outlives a restart of the gateway', async (t) => {
  const world = await startWorld(t);
  const visitor = world.visitor();
  await world.signIn('jane@contoso.example', { visitor });
  await world.restart();
  const page = await visitor.open(`${world.origin}/`);
  t.is(page.status, 200);
  t.true(page.html.includes('jane'));
});

test('the page that was asked for is the page at the end', async (t) => {
  const world = await startWorld(t);
  const { steps } = await world.signIn('jane@contoso.example', { path: '/?from=mail' });
  t.true(steps.at(-1)?.what.endsWith('/?from=mail'), steps.at(-1)?.what);
});

test('one person signs in to two services with two sessions', async (t) => {
  const world = await startWorld(t);
  const visitor = world.visitor();
  await world.signIn('jane@contoso.example', { visitor });
  await world.signIn('jane@contoso.example', { visitor, path: '/auth/start?rd=/' });
  const { sessions } = await world.gateway.sessions.list({ limit: 10 });
  t.deepEqual(sessions.map(({ session }) => session.service.type).toSorted(), [
    'file-browser',
    'forward-auth',
  ]);
});

test('no line of the log, no record and no page holds a token, a code or a secret', async (t) => {
  const world = await startWorld(t, {
    extensions: [DEPARTMENT_GATE, STORAGE_CONTAINER, MANAGER_CLAIMS],
  });
  const { page, record } = await world.signIn('jane@contoso.example');
  const everything = world.lines.join('') + JSON.stringify(record) + page.html;
  t.notRegex(everything, /eyJ[\w-]{10,}\.[\w-]{10,}/, 'a JWT');
  t.false(everything.includes('emu8Q~'), 'the client secret');
  t.notRegex(everything, /\b[01]\.A[\w-]{40,}/, 'a code or a refresh token');
});

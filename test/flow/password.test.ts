import test from 'ava';

import {
  KNOWS_ADA,
  partnerMethod,
  PASSWORD,
  startPasswordWorld,
  type,
  writeAuthenticator,
} from '../_support/password-world.ts';
import { writeExtension } from '../_support/world.ts';

const ADA = { username: 'ada', password: PASSWORD };

test.serial(
  'whoever an extension vouches for is signed in, and other extensions are asked about them',
  async (t) => {
    const gate = writeExtension(
      t,
      'gate',
      `export default {
      decide: ({ principal, tokens }) =>
        principal.claims.customer === 'C-9' && tokens.length === 0 ? { decision: 'allow' } : { decision: 'deny', code: 'no' },
      enrich: () => ({ groups: { add: ['Finance'] } }),
    };`,
      { requests: { enrich: { groups: ['Finance'] } } },
    );
    const grant = { enrich: { groups: ['Finance'] } };
    const world = await startPasswordWorld(t, KNOWS_ADA, { extensions: [{ source: gate, grant }] });
    const visitor = world.visitor();
    const answer = await type(world, ADA, visitor);
    t.is(answer.status, 303);
    t.is(answer.location, `${world.origin}/`);
    t.true((await visitor.open(`${world.origin}/`)).html.includes('ada'));
    const [record] = world.records;
    t.like(record, {
      outcome: 'allowed',
      method: { id: 'partner', type: 'extension', name: 'Partners' },
      verdicts: [{ method: 'partner', type: 'extension', verdict: 'accept', code: null }],
    });
    t.like(record?.principal, {
      username: 'ada',
      oid: '4711',
      tid: 'extension:partner',
      name: 'Ada',
      email: 'ada@partner.example',
      groups: [
        { id: 'staff', name: 'Staff' },
        { id: 'finance', name: 'Finance' },
      ],
      claims: { customer: 'C-9' },
    });
    t.deepEqual(
      record?.extensions.map(({ extension, hook }) => `${extension}.${hook}`),
      ['partner-login.authenticate', 'gate.decide', 'gate.enrich'],
    );
    t.is(record?.extensions[0]?.verdict, 'accept');
  },
);

test.serial(
  'the extension that is shown passwords has a runner of its own, and the log says when',
  async (t) => {
    const quiet = writeExtension(
      t,
      'quiet',
      'export default { decide: () => ({ decision: "allow" }) };',
    );
    const world = await startPasswordWorld(t, KNOWS_ADA, { extensions: [{ source: quiet }] });
    t.is(world.gateway.runners.length, 2);
    await type(world, ADA);
    const [line] = world.lines.filter((one) => one.includes('password_shown'));
    t.true(
      line?.includes(`partner-login is shown the password of sign-in ${world.records[0]?.id}`),
    );
  },
);

test.serial('whoever is rejected, and whoever nobody knows, is told the same', async (t) => {
  const world = await startPasswordWorld(t);
  const pages = [
    await type(world, { username: 'eve', password: PASSWORD }),
    await type(world, { username: 'ada', password: 'wrong password' }),
    await type(world, { username: 'zoe', password: PASSWORD }),
  ];
  const said = pages.map(({ html }, index) => {
    const { id = '' } = world.records[index] ?? {};
    t.true(html.includes(id), 'the page names the sign-in');
    return html.replaceAll(id, 'ID').replace(/value="(?:eve|ada|zoe)"/, 'value="NAME"');
  });
  t.is(new Set(said).size, 1);
  t.true(said[0]?.includes('The username or the password is not right.'));
  t.deepEqual(
    pages.map(({ status }) => status),
    [403, 403, 403],
  );
  t.is(await world.gateway.sessions.count(), 0);
  t.deepEqual(
    world.records.map(({ outcome, code, reason }) => ({ outcome, code, reason })),
    [
      'partner-login: the account is locked',
      'partner-login: wrong-password',
      'no method of the chain knows the person',
    ].map((reason) => ({ outcome: 'denied', code: 'SIGN_IN_REJECTED', reason })),
  );
});

test.serial(
  'methods are asked in the order of the chain, until one of them knows the person',
  async (t) => {
    const second = `export default { authenticate: ({ username }) => ({ verdict: 'accept', id: username }) };`;
    const source = writeAuthenticator(t, 'second-login', second);
    const other = partnerMethod({ id: 'second', name: 'Second', extension: 'second-login' });
    const world = await startPasswordWorld(t, KNOWS_ADA, {
      file: { authentications: [partnerMethod(), other] },
      extensions: [{ source }],
    });
    for (const username of ['ada', 'zoe', 'eve'])
      await type(world, { username, password: PASSWORD });
    t.deepEqual(
      world.records.map(({ method, verdicts }) => [
        method.id,
        verdicts.map(({ verdict }) => verdict),
      ]),
      [
        ['partner', ['accept']],
        ['second', ['next', 'accept']],
        ['partner', ['reject']],
      ],
    );
  },
);

const FAILING = {
  throws: "throw new Error('broken')",
  nothing: 'return undefined',
  true: 'return true',
  allows: "return { decision: 'allow' }",
  anonymous: "return { verdict: 'accept' }",
  tenant: "return { verdict: 'accept', id: '1', claims: { oid: 'x' } }",
  path: "return { verdict: 'accept', id: '../x' }",
};

test.serial(
  'an extension that fails, or says what is no verdict, lets nobody in, whatever on_failure says',
  async (t) => {
    const ways = Object.entries(FAILING).map(([name, code]) => `${name}() { ${code} }`);
    const code = `const ways = { ${ways.join(', ')} }; export default { authenticate: ({ username }) => ways[username]() };`;
    const source = writeAuthenticator(t, 'partner-login', code);
    const world = await startPasswordWorld(t, KNOWS_ADA, {
      file: { extensions: [{ source, on_failure: 'allow', acknowledge_fail_open: true }] },
    });
    for (const username of Object.keys(FAILING)) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other, so that each has its record
      const { status } = await type(world, { username, password: PASSWORD });
      t.is(status, 503, username);
      t.like(
        world.records.at(-1),
        { outcome: 'failed', code: 'SIGN_IN_EXTENSION_FAILED' },
        username,
      );
    }
    t.is(await world.gateway.sessions.count(), 0);
  },
);

test.serial(
  'a username of the tenant cannot be taken by whom an extension vouches for, nor the other way round',
  async (t) => {
    const code = `export default { authenticate: () => ({ verdict: 'accept', id: '1', username: 'jane' }) };`;
    const world = await startPasswordWorld(t, code, {
      file: {
        authentications: [
          partnerMethod(),
          partnerMethod({ id: 'other', name: 'Other', extension: 'partner-login' }),
        ],
        services: [
          { type: 'file-browser', path: '/', authentications: ['partner'] },
          { type: 'forward-auth', path: '/auth', authentications: ['other'] },
        ],
      },
    });
    t.is((await type(world, ADA)).status, 303);
    const visitor = world.visitor();
    const page = await visitor.open(`${world.origin}/__chsps__/login?service=/auth`);
    const form = { action: '/__chsps__/login', method: 'POST' as const, fields: [] };
    const answer = await visitor.submit(page, form, { service: '/auth', ...ADA });
    t.is(answer.status, 403);
    t.is(world.records[1]?.code, 'SIGN_IN_NAME_TAKEN');
  },
);

test.serial('a challenge, which needs Entra, refuses', async (t) => {
  const step = writeExtension(
    t,
    'step-up',
    `export default { decide: () => ({ decision: 'challenge', prompt: 'login' }) };`,
  );
  const world = await startPasswordWorld(t, KNOWS_ADA, { extensions: [{ source: step }] });
  t.is((await type(world, ADA)).status, 403);
  t.like(world.records[0], { outcome: 'denied', code: 'SIGN_IN_CHALLENGE_UNMET' });
});

test.serial('whoever is vouched for under a name that is none is refused', async (t) => {
  const code = `export default { authenticate: () => ({ verdict: 'accept', id: '1', username: '../ada' }) };`;
  const world = await startPasswordWorld(t, code);
  t.is((await type(world, ADA)).status, 403);
  t.like(world.records[0], {
    outcome: 'denied',
    code: 'SIGN_IN_USERNAME_REFUSED',
    reason: 'the username has a slash',
    principal: null,
  });
  t.is(await world.gateway.sessions.count(), 0);
});

test.serial('with --extensions=off nobody gets in by a password', async (t) => {
  const world = await startPasswordWorld(t, KNOWS_ADA, { extensionsOff: true });
  t.is((await type(world, ADA)).status, 503);
  t.is(world.records[0]?.code, 'SIGN_IN_EXTENSION_FAILED');
});

test.serial('a method names an extension that exists', async (t) => {
  const authentications = [partnerMethod({ extension: 'other' })];
  await t.throwsAsync(startPasswordWorld(t, KNOWS_ADA, { file: { authentications } }), {
    message: /no extension with the name other/,
  });
});

test.serial('a method names an extension that asks for passwords, and is enforced', async (t) => {
  const source = writeExtension(t, 'partner-login', KNOWS_ADA);
  const shadow = writeAuthenticator(t, 'partner-login', KNOWS_ADA);
  await t.throwsAsync(startPasswordWorld(t, KNOWS_ADA, { file: { extensions: [{ source }] } }), {
    message: /does not ask for passwords/,
  });
  const extensions = [{ source: shadow, mode: 'shadow' }];
  await t.throwsAsync(startPasswordWorld(t, KNOWS_ADA, { file: { extensions } }), {
    message: /is in mode shadow/,
  });
});

test.serial('an extension that asks for passwords has to have the hook', async (t) => {
  const source = writeAuthenticator(t, 'partner-login', 'export default { decide() {} };');
  await t.throwsAsync(startPasswordWorld(t, KNOWS_ADA, { file: { extensions: [{ source }] } }), {
    code: 'EXTENSION_UNLOADABLE',
  });
});

test.serial(
  'extensions hear of sign-ins by password, of those that were refused, too',
  async (t) => {
    const hears = writeExtension(
      t,
      'hears',
      `const tell = (event) => console.log('heard', event.name, event.method.type, event.principal?.username ?? 'nobody');
    export default { events: { 'signIn.succeeded': tell, 'signIn.denied': tell } };`,
    );
    const world = await startPasswordWorld(t, KNOWS_ADA, { extensions: [{ source: hears }] });
    await type(world, ADA);
    await type(world, { username: 'eve', password: PASSWORD });
    await world.gateway.events?.idle();
    const heard = world.lines.flatMap((line) => /heard [^"\\]*/.exec(line)?.[0] ?? []);
    t.deepEqual(heard.toSorted(), [
      'heard signIn.denied extension nobody',
      'heard signIn.succeeded extension ada',
    ]);
  },
);

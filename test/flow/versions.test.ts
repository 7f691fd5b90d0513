import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import test, { type ExecutionContext } from 'ava';
import { parse } from 'yaml';

import { type CliRun, runCli, startCli } from '../_support/cli.ts';
import { atTerminal } from '../_support/terminal.ts';
import { startWorld, type World, writeExtension } from '../_support/world.ts';

const JANE = 'jane@contoso.example';

/** Denies with the word of its version. */
const denies = (word: string): string =>
  `export default {
  decide(signIn) {
    console.log('asked in ${word}');
    return { decision: 'deny', code: '${word}' };
  },
};
`;

interface Versioned {
  readonly world: World;
  /** Path of `entrada.yaml`. */
  readonly file: string;
  readonly source: string;
  /** Changes what is in the extension's folder. */
  readonly write: (word: string, manifest?: { readonly [key: string]: unknown }) => void;
  /** The word that Jane is refused with, and the hash of what refused her. */
  readonly refusal: () => Promise<readonly [word: string | null, integrity: string | undefined]>;
  readonly cli: (...args: readonly string[]) => Promise<CliRun>;
}

/** A gateway with an extension of which versions come and go. */
async function startVersioned(t: ExecutionContext): Promise<Versioned> {
  const source = writeExtension(t, 'gate', denies('one'));
  const world = await startWorld(t, { extensions: [{ source }] });
  const file = path.join(world.folder, 'entrada.yaml');
  return {
    world,
    file,
    source,
    write: (word, manifest = {}) => {
      writeFileSync(path.join(source, 'index.ts'), denies(word));
      const described = { api: 1, name: 'gate', version: '1.0.0', ...manifest };
      writeFileSync(path.join(source, 'extension.yaml'), JSON.stringify(described));
    },
    refusal: async () => {
      const { denial, extensions } = (await world.signIn(JANE)).record;
      return [denial, extensions[0]?.version];
    },
    cli: (...args) => runCli(['extension', ...args, '--config', file]),
  };
}

const integrityIn = (file: string): unknown =>
  parse(readFileSync(file, 'utf8')).extensions[0].integrity;

test.serial(
  'a running gateway takes a version when it is approved, and the one before when it is rolled back',
  async (t) => {
    const { file, write, refusal, cli } = await startVersioned(t);
    t.is((await refusal())[0], 'one');
    t.is((await cli('approve', 'gate', '--yes')).code, 0);
    const first = integrityIn(file);
    write('two');
    t.is((await refusal())[0], 'one', 'nobody approved it');
    const approved = await cli('approve', 'gate', '--yes');
    t.is(approved.code, 0, approved.stderr);
    t.regex(approved.stdout, /^- {5}return \{ decision: 'deny', code: 'one' \};$/m);
    t.regex(approved.stdout, /^\+ {5}return \{ decision: 'deny', code: 'two' \};$/m);
    t.regex(approved.stdout, /^Asks for: as before$/m);
    t.regex(approved.stderr, /the gateway runs gate 1\.0\.0/);
    const second = integrityIn(file);
    t.not(first, second);
    t.deepEqual(await refusal(), ['two', second]);

    const back = await cli('rollback', 'gate');
    t.is(back.code, 0, back.stderr);
    t.is(integrityIn(file), first);
    t.deepEqual(await refusal(), ['one', first]);
    t.is((await cli('rollback', 'gate')).code, 1, 'there is none before');
    t.is((await cli('rollback', 'gate', '--to', String(second).slice(0, 20))).code, 0);
    t.deepEqual(await refusal(), ['two', second]);
  },
);

test.serial(
  'a version that asks for what is not granted, does not load or fails its fixtures is not taken while the gateway runs',
  async (t) => {
    const { file, source, write, refusal, cli } = await startVersioned(t);
    await cli('approve', 'gate', '--yes');
    const running = await refusal();

    write('more', { requests: { fetch: [{ origin: 'https://a.example', allow: ['GET /x'] }] } });
    const more = await cli('approve', 'gate', '--yes');
    t.is(more.code, 1);
    t.regex(more.stdout, /^\+ fetch https:\/\/a\.example: GET \/x$/m);
    t.regex(more.stderr, /the gateway goes on as before: .*asks for what 1\.0\.0 did not/s);
    t.regex(
      more.stderr,
      /does not grant it: fetch https:\/\/a\.example\. Write that under its grant/,
    );
    t.deepEqual(await refusal(), running);
    t.not(integrityIn(file), running[1], 'a start takes it');

    write('broken');
    writeFileSync(path.join(source, 'index.ts'), "throw new Error('at once'); export default {};");
    const broken = await cli('approve', 'gate', '--yes');
    t.is(broken.code, 1);
    t.regex(broken.stderr, /EXTENSION_UNLOADABLE/);
    t.deepEqual(await refusal(), running);

    write('three');
    mkdirSync(path.join(source, 'fixtures'));
    const expect = { decision: { decision: 'allow' } };
    const fixture = path.join(source, 'fixtures', 'sample.yaml');
    writeFileSync(fixture, JSON.stringify({ hook: 'decide', expect }));
    const differs = await cli('approve', 'gate', '--yes');
    t.is(differs.code, 1);
    t.regex(differs.stderr, /EXTENSION_FIXTURE_DIFFERS/);
    t.deepEqual(await refusal(), running);

    writeFileSync(
      fixture,
      JSON.stringify({ hook: 'decide', expect: { decision: { decision: 'deny', code: 'three' } } }),
    );
    t.is((await cli('approve', 'gate', '--yes')).code, 0);
    t.is((await refusal())[0], 'three');
  },
);

/** As much of `entrada.yaml` as is changed here. */
interface Document {
  extensions: [{ mode?: string; integrity?: string | undefined; grant?: object }];
  explain?: object;
}

const ASKS_MORE = {
  version: '2.0.0',
  requests: { fetch: [{ origin: 'https://a.example', allow: ['GET /x'] }] },
};

test.serial(
  'a running gateway takes a version that asks for more once it is approved and granted, and not before',
  async (t) => {
    const { world, file, write, refusal, cli } = await startVersioned(t);
    const change = (edit: (config: Document) => void): void => {
      const config: Document = parse(readFileSync(file, 'utf8'));
      edit(config);
      writeFileSync(file, JSON.stringify(config));
    };
    await cli('approve', 'gate', '--yes');
    const running = await refusal();

    write('more', ASKS_MORE);
    change(({ extensions: [gate] }) => {
      gate.mode = 'shadow';
      delete gate.integrity;
      gate.grant = { fetch: ASKS_MORE.requests.fetch };
    });
    const unapproved = await world.gateway.reload();
    t.regex(unapproved.refused.join(), /Nobody approved it: run entrada extension approve gate\.$/);
    t.deepEqual(await refusal(), running);

    change((config) => {
      const [gate] = config.extensions;
      delete gate.mode;
      gate.integrity = running[1];
      config.explain = { retention: '7d' };
    });
    const otherwise = await cli('approve', 'gate', '--yes');
    t.is(otherwise.code, 1);
    t.regex(otherwise.stderr, /changed beside extensions, too.*Restart the gateway/s);
    t.deepEqual(await refusal(), running);

    change((config) => void delete config.explain);
    const granted = await cli('approve', 'gate', '--yes');
    t.is(granted.code, 0, granted.stderr);
    t.regex(granted.stderr, /runs gate 2\.0\.0\n {2}\+ fetch https:\/\/a\.example: GET \/x$/m);
    t.is((await refusal())[0], 'more');
    t.true(world.lines.some((line) => line.includes('"asks":["fetch https://a.example: GET /x"]')));
  },
);

test.serial(
  'a running gateway takes no version whose manifest declares a fixture that is missing or differs',
  async (t) => {
    const { source, write, refusal, cli } = await startVersioned(t);
    await cli('approve', 'gate', '--yes');
    const running = await refusal();
    write('two', { fixtures: ['recorded/*.json', 'sample.yaml'] });
    const differing = { hook: 'decide', expect: { decision: { decision: 'allow' } } };
    writeFileSync(path.join(source, 'sample.yaml'), JSON.stringify(differing));
    const refused = await cli('approve', 'gate', '--yes');
    t.is(refused.code, 1);
    t.regex(refused.stderr, /EXTENSION_FIXTURE_MISSING: .*recorded\/\*\.json/);
    t.regex(refused.stderr, /EXTENSION_FIXTURE_DIFFERS/);
    t.deepEqual(await refusal(), running);

    const expect = { decision: { decision: 'deny', code: 'two' } };
    const right = JSON.stringify({ hook: 'decide', expect });
    mkdirSync(path.join(source, 'recorded'));
    writeFileSync(path.join(source, 'sample.yaml'), right);
    writeFileSync(path.join(source, 'recorded/one.json'), right);
    mkdirSync(path.join(source, 'fixtures'));
    writeFileSync(path.join(source, 'fixtures/not-declared.yaml'), JSON.stringify(differing));
    const taken = await cli('approve', 'gate', '--yes');
    t.is(taken.code, 0, taken.stderr);
    t.is((await refusal())[0], 'two');
  },
);

test.serial('approve writes nothing that nobody agreed to', async (t) => {
  const { file, write, cli } = await startVersioned(t);
  const text = readFileSync(file, 'utf8');
  const asked = await cli('approve', 'gate');
  t.is(asked.code, 2);
  t.regex(asked.stderr, /nobody is there to ask/);
  const no = await atTerminal(
    path.dirname(file),
    ['extension', 'approve', 'gate'],
    [[/Let this version run\? \[y\/N\]/, 'n']],
  );
  t.is(no.code, 1);
  t.regex(no.output, /Nothing was changed\./);
  t.is((await cli('approve', 'gate', '--dry-run')).code, 0);
  const json = await cli('approve', 'gate', '--json');
  t.is(json.code, 0);
  t.like(JSON.parse(json.stdout), { name: 'gate', before: null, approved: false });
  t.is(readFileSync(file, 'utf8'), text);
  t.is((await cli('approve', 'nobody')).code, 2);
  write('x'.repeat(3), { version: 'none' });
  t.is((await cli('approve', 'gate', '--yes')).code, 1);
  t.is(readFileSync(file, 'utf8'), text);
});

test.serial(
  'list and logs tell of a running gateway, by extension, sign-in and person',
  async (t) => {
    const { world, refusal, cli } = await startVersioned(t);
    await refusal();
    const { record } = await world.signIn('emil@contoso.example');
    const listed = await cli('list', '--json');
    t.is(listed.code, 0, listed.stderr);
    const { gateway, extensions } = JSON.parse(listed.stdout);
    t.true(gateway);
    t.like(extensions[0], { name: 'gate', version: '1.0.0', mode: 'enforce', running: true });
    t.like(extensions[0].hooks[0], { hook: 'decide', runs: 2, failures: 0, kinds: {} });
    t.true(extensions[0].hooks[0].p95 >= extensions[0].hooks[0].p50);
    t.regex((await cli('list')).stdout, /^gate +1\.0\.0 +sha256-\S{12} +enforce +decide +2 +0 /m);

    const lines = async (...args: readonly string[]): Promise<readonly unknown[]> => {
      const { stdout } = await cli('logs', '--json', ...args);
      return stdout
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line).person);
    };
    t.deepEqual(await lines(), ['jane', 'emil']);
    t.deepEqual(await lines('gate'), ['jane', 'emil']);
    t.deepEqual(await lines('other'), []);
    t.deepEqual(await lines('--person', 'EMIL'), ['emil']);
    t.deepEqual(await lines('--sign-in', record.id), ['emil']);
    t.deepEqual(await lines('--sign-in', record.id.slice(0, 8)), ['emil'], 'as lines show it');
    t.regex((await cli('logs', '--person', 'nobody')).stderr, /Nothing of that is remembered/);
    t.regex((await cli('logs')).stdout, /info +gate +jane +\S+ +asked in one$/m);
  },
);

test.serial(
  'without a gateway, what is approved runs at the next start although the folder has changed',
  async (t) => {
    const { world, file, write, refusal, cli } = await startVersioned(t);
    await cli('approve', 'gate', '--yes');
    const first = integrityIn(file);
    await world.gateway[Symbol.asyncDispose]();
    write('two');
    const checked = await runCli(['check', '--config', file]);
    t.is(checked.code, 0, checked.stderr);
    t.regex(
      checked.stderr,
      /gate runs as it was approved \(1\.0\.0\): the folder has another version/,
    );
    writeFileSync(path.join(path.dirname(file), 'var/approved/nothing.json'), '{');
    await world.restart();
    t.is(integrityIn(file), first);
    t.is((await refusal())[0], 'one');

    const kept = path.join(path.dirname(file), 'var/approved');
    for (const name of readdirSync(kept)) {
      const text = readFileSync(path.join(kept, name), 'utf8');
      writeFileSync(path.join(kept, name), text.replaceAll('one', 'own'));
    }
    const changed = await runCli(['check', '--config', file]);
    t.is(changed.code, 2, 'what is kept is believed by its hash alone');
    t.regex(changed.stderr, /EXTENSION_UNAPPROVED/);
  },
);

test.serial('a sign-in that has begun ends with the version that it began with', async (t) => {
  const slow = (word: string): string => `export default {
    async decide(signIn) {
      console.log(signIn.principal.username + ' is asked about');
      if (signIn.principal.username === 'jane') await new Promise((done) => setTimeout(done, 6000));
      return { decision: 'allow' };
    },
    enrich: () => ({ claims: { tier: '${word}' } }),
  };`;
  const requests = { enrich: { claims: ['tier'] } };
  const source = writeExtension(t, 'slow', slow('one'), { requests });
  const extensions = [{ source, grant: requests, limits: { wall: '30s' } }];
  const world = await startWorld(t, { extensions });
  const file = path.join(world.folder, 'entrada.yaml');
  const begun = world.signIn(JANE);
  // oxlint-disable-next-line no-await-in-loop -- until the hook runs
  while (!world.lines.some((line) => line.includes('jane is asked about'))) await pause(20);
  writeFileSync(path.join(source, 'index.ts'), slow('two'));
  const approved = await runCli(['extension', 'approve', 'slow', '--yes', '--config', file]);
  t.is(approved.code, 0, approved.stderr);
  const emil = await world.signIn('emil@contoso.example');
  t.is(emil.record.principal?.claims['tier'], 'two');
  await begun;
  const jane = world.records.find(({ principal }) => principal?.username === 'jane');
  t.is(jane?.principal?.claims['tier'], 'one');
  t.is(new Set(jane?.extensions.map(({ version }) => version)).size, 1);
});

test.serial('logs -f goes on with what extensions write', async (t) => {
  const { file, refusal } = await startVersioned(t);
  const watching = startCli(t, ['extension', 'logs', '-f', 'gate', '--config', file]);
  await refusal();
  t.regex(await watching.line(), /gate +jane +\S+ +asked in one$/);
  await refusal();
  t.regex(await watching.line(), /asked in one$/);
  t.is((await watching.end('SIGINT')).code, 0);
});

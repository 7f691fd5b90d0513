import { isDeepStrictEqual } from 'node:util';
import { createContext, runInContext } from 'node:vm';

import test from 'ava';

import type { Json, JsonObject, SignIn } from '../../../sandbox/contract.ts';
import type { MappingAct, MappingCondition, MappingRule } from '../../../src/config/config.ts';
import { parseAttribute } from '../../../src/config/values/attribute.ts';
import { type MappingHooks, mappingProgram } from '../../../src/extensions/mapping/program.ts';
import { madeUpSignIn } from '../../../src/testing/index.ts';

const GRAPH = 'https://graph.microsoft.com';

interface Realm {
  readonly hooks: MappingHooks;
  readonly Error: ErrorConstructor;
}

const bare = createContext({});

/** The program as an isolate has it: its text, in a realm that has the language and nothing else. */
const AS_TEXT: Realm = {
  hooks: runInContext(`(${mappingProgram.toString()})()`, bare),
  Error: runInContext('Error', bare),
};

/** As it stands in its module: what a text runs is counted for no file. */
const AS_IT_STANDS: Realm = { hooks: mappingProgram(), Error };

function attribute(text: string): MappingCondition & { readonly kind: 'attribute' } {
  const parsed = parseAttribute(text);
  if (!parsed.ok) throw new Error(text);
  return { kind: 'attribute', attribute: parsed.value, is: null };
}

const rule = (act: MappingAct, more: Partial<MappingRule> = {}): MappingRule => ({
  name: 'rule',
  act,
  when: null,
  unless: null,
  appliesTo: [],
  ...more,
});

const claim = (from: string): MappingAct => ({
  kind: 'claim',
  claim: 'x',
  from: attribute(from).attribute,
});

interface Asked {
  readonly me?: Json;
  readonly status?: number;
  readonly signIn?: Partial<SignIn>;
  /** Code of the error that the value fails with that decide leaves for enrich. */
  readonly unshared?: string;
}

interface Said {
  readonly decision: unknown;
  readonly patch: unknown;
  readonly requests: number;
}

/** Asks both hooks about Jane; answers what they said, and how often Graph was asked. */
async function ask(rules: readonly MappingRule[], asked: Asked = {}): Promise<Said> {
  const [said, other] = await Promise.allSettled(
    [AS_TEXT, AS_IT_STANDS].map((realm) => askHooks(realm, rules, asked)),
  );
  const [text, module] = [said, other].map(plainly);
  if (!isDeepStrictEqual(text, module)) throw new Error('its text does something else');
  if (said?.status !== 'fulfilled') throw said?.reason;
  return said.value;
}

const plainly = (said: PromiseSettledResult<Said> | undefined): unknown =>
  said?.status === 'fulfilled' ? said.value : String(said?.reason);

async function askHooks(
  realm: Realm,
  rules: readonly MappingRule[],
  { me = {}, status = 200, signIn = {}, unshared }: Asked,
): Promise<Said> {
  const shared: { [key: string]: Json } = {};
  let requests = 0;
  const about = {
    ...madeUpSignIn({ tokens: [{ resource: GRAPH, scopes: [], expiresAt: 0 }] }),
    ...signIn,
    shared,
    invocation: 'x',
    attempt: 1,
    idempotencyKey: 'x',
    deadline: 0,
  };
  const ctx = {
    config: { rules, graphs: [GRAPH], properties: ['department', 'numbers', 'deep', 'none'] },
    token: () => 'handle',
    fetch: async () => {
      requests += 1;
      return { status, json: async () => me };
    },
    share: async (key: string, value: JsonObject) => {
      if (unshared !== undefined) throw Object.assign(new realm.Error('no'), { code: unshared });
      shared[`mapping.${key}`] = value;
    },
  };
  const decision = await realm.hooks.decide(about, ctx);
  const patch = await realm.hooks.enrich(about, ctx);
  // What comes from another realm has other prototypes.
  return { decision: plain(decision), patch: plain(patch), requests };
}

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

const FINANCE: Asked = {
  me: { department: 'Finance', numbers: [7, 'x'], deep: { a: { b: true } }, none: null, more: 'y' },
};

test('values are read at any depth, with their types; what is not there is not set', async (t) => {
  const read = async (from: string): Promise<unknown> =>
    (await ask([rule(claim(from))], FINANCE)).patch;
  t.deepEqual(await read('graph:department'), { claims: { x: 'Finance' } });
  t.deepEqual(await read('graph:numbers'), { claims: { x: [7, 'x'] } });
  t.deepEqual(await read('graph:deep.a.b'), { claims: { x: true } });
  for (const from of [
    'none',
    'unknown',
    'deep.z.b',
    'department.length',
    'constructor',
    '__proto__',
  ])
    t.deepEqual(await read(`graph:${from}`), {}, from);
});

test('conditions compare letter by letter, any value of a list, numbers and switches as text', async (t) => {
  const holds = async (from: string, is: readonly string[] | null): Promise<boolean> => {
    const when = { ...attribute(from), is };
    const { decision } = await ask(
      [rule({ kind: 'deny', code: 'no', message: null }, { when })],
      FINANCE,
    );
    return JSON.stringify(decision).includes('deny');
  };
  t.true(await holds('graph:department', ['Legal', 'Finance']));
  t.false(await holds('graph:department', ['finance', 'Financ', 'Finance ']));
  t.true(await holds('graph:numbers', ['7']));
  t.true(await holds('graph:deep.a.b', ['true']));
  t.true(await holds('graph:department', null));
  t.false(await holds('graph:none', null));
  t.false(await holds('graph:deep', null), 'an object is no value');
});

test('one request serves both hooks; without a rule that reads Graph there is none', async (t) => {
  const deny = rule({ kind: 'deny', code: 'no', message: null }, { when: attribute('graph:none') });
  t.is((await ask([deny, rule(claim('graph:department'))], FINANCE)).requests, 1);
  t.is((await ask([rule({ kind: 'claim', claim: 'x', value: 'y' })], FINANCE)).requests, 0);
  const elsewhere = { ...deny, appliesTo: ['another-method'] };
  t.is((await ask([elsewhere], FINANCE)).requests, 0);
});

test('the first rule of several that has a value counts, and the first refusal', async (t) => {
  const second = rule({ kind: 'claim', claim: 'x', value: 'second' });
  t.deepEqual((await ask([rule(claim('graph:none')), second], FINANCE)).patch, {
    claims: { x: 'second' },
  });
  const deny = (code: string): MappingRule =>
    rule({ kind: 'deny', code, message: 'No.' }, { name: code });
  t.deepEqual((await ask([deny('a'), deny('b')])).decision, {
    decision: 'deny',
    code: 'a',
    message: 'No.',
    reason: 'the rule a of mapping',
  });
});

test('when and unless both have to be so', async (t) => {
  const group: MappingAct = { kind: 'group', group: 'Ledgers' };
  const staff: MappingCondition = { kind: 'group', names: ['Staff'] };
  const finance = { ...attribute('graph:department'), is: ['Finance'] };
  const signIn = madeUpSignIn({
    groups: ['Staff'],
    tokens: [{ resource: GRAPH, scopes: [], expiresAt: 0 }],
  });
  const asked = { ...FINANCE, signIn };
  t.deepEqual((await ask([rule(group, { when: staff })], asked)).patch, {
    groups: { add: ['Ledgers'] },
  });
  t.deepEqual((await ask([rule(group, { when: staff, unless: finance })], asked)).patch, {});
  t.deepEqual((await ask([rule(group, { when: staff })], FINANCE)).patch, {});
});

test('an answer of Graph that is none fails the hook', async (t) => {
  const rules = [rule(claim('graph:department'))];
  const failure = async (status: number): Promise<string> =>
    ask(rules, { status }).then(
      () => 'it went well',
      (error: unknown) => String(error),
    );
  t.is(await failure(503), 'Error: Graph answered with status 503');
  t.regex(await failure(400), /^Error: Graph refuses the request: does a person have department, /);
});

test('what is too large to be left for enrich is read once more; any other failure of that fails the hook', async (t) => {
  const deny = rule({ kind: 'deny', code: 'no', message: null }, { when: attribute('graph:none') });
  const rules = [deny, rule(claim('graph:department'))];
  const { patch, requests } = await ask(rules, { ...FINANCE, unshared: 'ARGUMENT_INVALID' });
  t.deepEqual([patch, requests], [{ claims: { x: 'Finance' } }, 2]);
  await t.throwsAsync(ask(rules, { ...FINANCE, unshared: 'SHARE_NOT_DECLARED' }), {
    any: true,
    code: 'SHARE_NOT_DECLARED',
  });
});

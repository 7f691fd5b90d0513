/* oxlint-disable unicorn/consistent-function-scoping -- the text of the function is what runs: nothing of it can stand outside */
import type { Decision, JsonObject, Patch, SignIn } from '../../../sandbox/contract.ts';
import type { MappingCondition, MappingRule } from '../../config/config.ts';
import type { Attribute } from '../../config/values/attribute.ts';

/** What the program is given as config. */
export interface MappingConfig {
  readonly rules: readonly MappingRule[];
  /** Origins of Graph in the clouds of the methods. */
  readonly graphs: readonly string[];
  /** Properties of the person that rules read. */
  readonly properties: readonly string[];
}

/** As much of `ctx` as the program needs. */
interface MappingContext {
  readonly config: MappingConfig;
  readonly token: (resource: string) => string;
  readonly fetch: (
    url: string,
    init: { readonly headers: { readonly [name: string]: string } },
  ) => Promise<{ readonly status: number; json(): Promise<unknown> }>;
  readonly share: (key: string, value: JsonObject) => Promise<void>;
}

/** The hooks of the program. */
export interface MappingHooks {
  decide(signIn: SignIn, ctx: MappingContext): Promise<Decision>;
  enrich(signIn: SignIn, ctx: MappingContext): Promise<Patch>;
}

/**
 * What the rules of `mapping` run as, in an isolate like any extension. Its text is what is loaded there: it uses nothing
 * from outside of itself.
 *
 * One request to Graph serves `decide` and `enrich`: the first leaves what it read for the second.
 */
export function mappingProgram(): MappingHooks {
  /** Whether something is a map of names and values. */
  function isMap(value: unknown): value is { readonly [name: string]: unknown } {
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  }

  /** What is at the end of a path; null where it ends before. */
  function at(value: unknown, path: readonly string[]): unknown {
    let found = value;
    for (const name of path) {
      found = isMap(found) && Object.hasOwn(found, name) ? found[name] : null;
    }
    return found ?? null;
  }

  async function readGraph(signIn: SignIn, ctx: MappingContext): Promise<unknown> {
    const known = signIn.shared['mapping.person'];
    if (known !== undefined) return known;
    const graph = ctx.config.graphs.find((origin) =>
      signIn.tokens.some(({ resource }) => resource === origin),
    );
    // Without a token the next line says so by the name of the first cloud, and a failure denies.
    const resource = graph ?? ctx.config.graphs[0] ?? '';
    const select = encodeURIComponent(ctx.config.properties.join(','));
    const response = await ctx.fetch(`${resource}/v1.0/me?$select=${select}`, {
      headers: { authorization: `Bearer ${ctx.token(resource)}` },
    });
    if (response.status === 400) {
      const asked = ctx.config.properties.join(', ');
      throw new Error(`Graph refuses the request: does a person have ${asked}?`);
    }
    if (response.status !== 200) throw new Error(`Graph answered with status ${response.status}`);
    return response.json();
  }

  /** The claims of the ID token, with what the principal has under a name of its own. */
  function readToken({ principal }: SignIn): JsonObject {
    const { upn = null, email = null, name = null } = principal;
    return { upn, email, name, ...principal.claims };
  }

  function valueOf(attribute: Attribute, signIn: SignIn, person: unknown): unknown {
    return at(attribute.of === 'graph' ? person : readToken(signIn), attribute.path);
  }

  /** Every value of an attribute as text; an empty text is none. */
  function textsOf(value: unknown): readonly string[] {
    const values: readonly unknown[] = Array.isArray(value) ? value : [value];
    return values
      .filter((one) => ['string', 'number', 'boolean'].includes(typeof one))
      .map(String)
      .filter((text) => text !== '');
  }

  function holds(condition: MappingCondition, signIn: SignIn, person: unknown): boolean {
    if (condition.kind === 'attribute') {
      const texts = textsOf(valueOf(condition.attribute, signIn, person));
      const { is } = condition;
      return texts.some((text) => is === null || is.includes(text));
    }
    const { groups, entraGroups } = signIn.principal;
    const { names } = condition;
    return condition.kind === 'group'
      ? groups.some(({ name }) => names.includes(name))
      : entraGroups.some(({ name, oid }) => names.includes(name) || names.includes(oid));
  }

  function rulesFor(
    signIn: SignIn,
    ctx: MappingContext,
    wanted: (rule: MappingRule) => boolean,
  ): readonly MappingRule[] {
    return ctx.config.rules.filter(
      (rule) =>
        wanted(rule) && (rule.appliesTo.length === 0 || rule.appliesTo.includes(signIn.method.id)),
    );
  }

  /** Graph is asked only where a rule that applies reads it. */
  async function personFor(
    rules: readonly MappingRule[],
    signIn: SignIn,
    ctx: MappingContext,
  ): Promise<unknown> {
    return rules.some((rule) => readsGraph(rule)) ? readGraph(signIn, ctx) : null;
  }

  function readsGraph({ act, when, unless }: MappingRule): boolean {
    const attributes = [when, unless].map((condition) =>
      condition?.kind === 'attribute' ? condition.attribute : null,
    );
    if (act.kind === 'claim' && 'from' in act) attributes.push(act.from);
    return attributes.some((attribute) => attribute?.of === 'graph');
  }

  function applies({ when, unless }: MappingRule, signIn: SignIn, person: unknown): boolean {
    if (when !== null && !holds(when, signIn, person)) return false;
    return unless === null || !holds(unless, signIn, person);
  }

  function isDenial({ act }: MappingRule): boolean {
    return act.kind === 'deny';
  }

  /** Only what rules read, so that it is small enough to be left for enrich. */
  function picked(person: unknown, properties: readonly string[]): JsonObject {
    return JSON.parse(
      JSON.stringify(Object.fromEntries(properties.map((name) => [name, at(person, [name])]))),
    );
  }

  /** What is too large to be left for enrich is read there once more. */
  async function share(ctx: MappingContext, person: JsonObject): Promise<void> {
    try {
      await ctx.share('person', person);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ARGUMENT_INVALID'))
        throw error;
    }
  }

  async function decide(signIn: SignIn, ctx: MappingContext): Promise<Decision> {
    const rules = rulesFor(signIn, ctx, isDenial);
    const person = await personFor(rules, signIn, ctx);
    if (person !== null) {
      await share(ctx, picked(person, ctx.config.properties));
    }
    const rule = rules.find((one) => applies(one, signIn, person));
    if (rule?.act.kind !== 'deny') return { decision: 'allow' };
    const { code, message } = rule.act;
    const reason = `the rule ${rule.name} of mapping`;
    return { decision: 'deny', code, reason, ...(message === null ? {} : { message }) };
  }

  async function enrich(signIn: SignIn, ctx: MappingContext): Promise<Patch> {
    const rules = rulesFor(signIn, ctx, (rule) => !isDenial(rule));
    const person = await personFor(rules, signIn, ctx);
    const groups: string[] = [];
    const roles: string[] = [];
    const claims: { [name: string]: JsonObject[string] } = {};
    for (const rule of rules) {
      if (!applies(rule, signIn, person)) continue;
      const { act } = rule;
      if (act.kind === 'group' && !groups.includes(act.group)) groups.push(act.group);
      if (act.kind === 'role' && !roles.includes(act.role)) roles.push(act.role);
      if (act.kind === 'claim' && !Object.hasOwn(claims, act.claim)) {
        const value = 'from' in act ? valueOf(act.from, signIn, person) : act.value;
        const isThere = value !== null && value !== '';
        if (isThere) claims[act.claim] = JSON.parse(JSON.stringify(value));
      }
    }
    return {
      ...(groups.length > 0 ? { groups: { add: groups } } : {}),
      ...(roles.length > 0 ? { roles: { add: roles } } : {}),
      ...(Object.keys(claims).length > 0 ? { claims } : {}),
    };
  }

  return { decide, enrich };
}

import type { Parsed, Problem } from '../values/parsed.ts';
import { warning, type Finding } from './finding.ts';
import { formatPath, type Path } from './path.ts';
import { bareSchema, entrySchema, isMap, traitsOf, type Schema } from './schema-walk.ts';
import type { Traits } from './traits.ts';

/**
 * Gives the value that `${kind:name}` stands for. Its problems may name `kind` and `name`, never a value.
 *
 * @param secret True when the value is wanted for a key whose value is secret.
 */
export type Resolve = (kind: string, name: string, secret: boolean) => Resolved;

/** How a document gets values from elsewhere. */
export interface Substitution {
  readonly resolve: Resolve;
  /** What to remark of a secret that the file itself holds; undefined: nothing. */
  readonly ofWrittenSecret?: Problem | undefined;
}

/** The value or the problem, and what should be said even when there is a value. */
export type Resolved = Parsed<string> & { readonly remark?: Problem };

/** A value after substitution. */
export interface Substituted {
  readonly value: unknown;
  readonly findings: readonly Finding[];
  /** What the file says, by formatted path, where a value came from elsewhere and must not be shown. */
  readonly written: ReadonlyMap<string, string>;
}

interface Walk extends Substitution {
  readonly findings: Finding[];
  readonly written: Map<string, string>;
}

/** Where the walk stands: the schema there, and what was said of it further up. */
interface Here {
  readonly schema: Schema | undefined;
  readonly path: Path;
  readonly traits: Traits;
}

/** `$${` is a `${` that stays, `${…}` a value from elsewhere. */
const PLACES = /\$\$\{|\$\{([^}]*)\}?/g;

/**
 * Replaces every `${…}` in the texts of a value. What has no schema is left alone: it is reported as unknown, and must not
 * make a file be read.
 */
export function substitute(
  schema: Schema,
  value: unknown,
  substitution: Substitution,
): Substituted {
  const walk: Walk = { ...substitution, findings: [], written: new Map() };
  const here = { schema, path: [], traits: traitsOf(schema, value) };
  return { value: visit(walk, here, value), findings: walk.findings, written: walk.written };
}

function visit(walk: Walk, here: Here, value: unknown): unknown {
  if (typeof value === 'string') return replace(walk, here, value);
  if (Array.isArray(value)) {
    return value.map((item: unknown, index) => visit(walk, below(here, value, index, item), item));
  }
  if (!isMap(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      visit(walk, below(here, value, key, item), item),
    ]),
  );
}

function below(here: Here, value: unknown, step: string | number, item: unknown): Here {
  const bare = here.schema && bareSchema(here.schema, value);
  const schema = bare && entrySchema(bare, step);
  const own = traitsOf(schema, item);
  const inherited = pick(here.traits);
  return { schema, path: [...here.path, step], traits: { ...inherited, ...own } };
}

/** What a value says for everything below it. */
function pick({ secret, substitution, placeholders }: Traits): Traits {
  return {
    ...(secret && { secret }),
    ...(substitution && { substitution }),
    ...(placeholders && { placeholders }),
  };
}

function replace(walk: Walk, here: Here, text: string): string {
  if (!isOurs(here)) return text;
  if (!text.includes('${')) return remarked(walk, here, text);
  const faults = walk.findings.length;
  const filled = text.replace(PLACES, (place: string, inner: string | undefined) =>
    inner === undefined ? '${' : fill(walk, here, place, inner),
  );
  if (filled !== text) walk.written.set(formatPath(here.path), text);
  const failed = walk.findings.slice(faults).some((finding) => finding.severity !== 'warning');
  return failed ? text : filled;
}

function remarked(walk: Walk, { path, traits }: Here, text: string): string {
  const problem = traits.secret === true && text !== '' ? walk.ofWrittenSecret : undefined;
  if (problem) walk.findings.push(warning(path, problem.says, problem));
  return text;
}

function isOurs({ schema, traits }: Here): boolean {
  return schema !== undefined || traits.substitution === 'refused';
}

function fill(walk: Walk, here: Here, place: string, inner: string): string {
  const refusal = REFUSALS[here.traits.substitution ?? 'values'];
  if (refusal !== undefined) return fail(walk, here, place, refusal);
  if (!place.endsWith('}')) return fail(walk, here, place, NO_SUBSTITUTION);
  if (here.traits.placeholders?.includes(inner) === true) return place;
  const form = /^([a-z]+):(.+)$/s.exec(inner);
  if (form === null) return fail(walk, here, place, NO_SUBSTITUTION);
  const resolved = walk.resolve(form[1] ?? '', form[2] ?? '', here.traits.secret === true);
  if (resolved.remark)
    walk.findings.push(warning(here.path, resolved.remark.says, resolved.remark));
  return resolved.ok ? resolved.value : fail(walk, here, place, resolved.problem);
}

function fail(walk: Walk, here: Here, place: string, problem: Problem): string {
  walk.findings.push({ code: 'CONFIG_INVALID_VALUE', path: here.path, part: place, ...problem });
  return place;
}

const NO_SUBSTITUTION: Problem = {
  says: () => 'What begins with ${ here is neither ${env:NAME} nor ${file:PATH}',
  next: 'Write $${ for a ${ that stays as it is.',
};

/** Why nothing is put in. */
const REFUSALS: { readonly [Rule in NonNullable<Traits['substitution']>]?: Problem } = {
  refused: {
    code: 'CONFIG_SUBSTITUTION_REFUSED',
    says: () => 'A value put in here would enter the isolate of the extension',
    next: 'Grant it as a secret (grant.secrets), or write $${ for a ${ that stays as it is.',
  },
  written: {
    says: () => 'This word must be written out; it cannot come from elsewhere',
  },
};

import type { z } from 'zod';
import type { Fault } from './config.ts';
import type { Finding } from './document/finding.ts';
import { findingsOf } from './document/issues.ts';
import { keyNamesOf } from './document/key-names.ts';
import { isWithin, type Path } from './document/path.ts';
import { toFaults } from './document/faults.ts';
import { salvage, type Salvaged } from './document/salvage.ts';
import type { Reading } from './document/shown.ts';
import { substitute, type Substituted, type Substitution } from './document/substitution.ts';
import { scalarAt } from './document/yaml-place.ts';
import { readYaml, type SourceFinding, type YamlSource } from './document/yaml-source.ts';

/** Finds what is wrong between values that are right by themselves. What was wrong by itself is undefined. */
export type Check<T> = (value: Salvaged<T>) => Iterable<Finding>;

export interface ReadOptions<T> {
  /** Gives the values of `${kind:name}`. Left out: `${…}` is text like any other. */
  readonly substitution?: Substitution;
  /** Run after the schema, also when it found faults. */
  readonly checks?: readonly Check<T>[];
}

/** What `readDocument` answers. `report` gives later findings, of other parts, their place in the same file. */
export type DocumentResult<T> = (
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false }
) & {
  /** In the order of the file. Warnings alone leave `ok` true. */
  readonly faults: readonly Fault[];
  readonly report: (findings: readonly Finding[]) => readonly Fault[];
};

/**
 * Reads a YAML text by a schema. Everything that is wrong is found in one run, each fault with its place in the file: the
 * YAML itself, `${…}` without a value, the schema, and the checks. No fault shows the value of a key that the schema calls
 * secret, of a key that the schema does not know, or one that came from elsewhere.
 *
 * @param text The text of the file.
 * @param file Its name, as faults should say it.
 * @param schema A zod schema; its traits (`document/traits.ts`) say what is secret and what is expected, in words.
 */
export function readDocument<T>(
  text: string,
  file: string,
  schema: z.ZodType<T>,
  options: ReadOptions<T> = {},
): DocumentResult<T> {
  const { source, findings: ofSource } = readYaml(text, file);
  const filled = fill(schema, source, options.substitution);
  const reading: Reading = { source, names: keyNamesOf(schema), written: filled.written };
  const report: DocumentResult<T>['report'] = (findings) => toFaults(reading, findings);
  if (isBroken(source, ofSource)) {
    return { ok: false, faults: toFaults(reading, [], ofSource), report };
  }
  const { value, findings } = validate(schema, source, filled, options.checks ?? []);
  const faults = toFaults(reading, findings, ofSource);
  if (value === undefined || faults.some(({ severity }) => severity === 'error')) {
    return { ok: false, faults, report };
  }
  return { ok: true, value, faults, report };
}

function fill(
  schema: z.ZodType,
  source: YamlSource,
  substitution: Substitution | undefined,
): Substituted {
  if (substitution !== undefined) return substitute(schema, source.value, substitution);
  return { value: source.value, findings: [], written: new Map() };
}

/** Nothing can be said of the values of a text that YAML cannot read. */
function isBroken({ value }: YamlSource, findings: readonly SourceFinding[]): boolean {
  return value === undefined && findings.length > 0;
}

function validate<T>(
  schema: z.ZodType<T>,
  source: YamlSource,
  filled: Substituted,
  checks: readonly Check<T>[],
): { readonly value: T | undefined; readonly findings: readonly Finding[] } {
  const result = schema.safeParse(filled.value);
  const refusal = {
    schema,
    value: filled.value,
    written: (path: Path) => writtenPlain(source, path),
  };
  const refused = findingsOf(refusal, result.error?.issues ?? []);
  const certain = [
    ...filled.findings,
    ...refused.filter(({ path }) => !concerns(filled.findings, path)),
  ];
  const sound = salvage(schema, filled.value);
  const concluded = checks.flatMap((check) => [...check(sound)]);
  return {
    value: result.data,
    findings: [...certain, ...concluded.filter((finding) => stands(finding, certain))],
  };
}

/** How the file writes a value that has no quotes. */
function writtenPlain(source: YamlSource, path: Path): string | undefined {
  const scalar = scalarAt(source, path);
  return scalar?.type === 'PLAIN' ? scalar.source : undefined;
}

/** True when a value could not be put in there, so that what the schema says of it is beside the point. */
function concerns(findings: readonly Finding[], path: Path): boolean {
  return findings.filter(isError).some((finding) => isWithin(path, finding.path));
}

/** True unless the finding rests on a value that is wrong by itself. */
function stands(finding: Finding, certain: readonly Finding[]): boolean {
  const needed = finding.needs ?? [];
  return !certain
    .filter(isError)
    .some(({ path }) => needed.some((need) => isWithin(path, need) || isWithin(need, path)));
}

function isError({ severity }: Finding): boolean {
  return severity !== 'warning';
}

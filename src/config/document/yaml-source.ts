import { parseDocument, type Document, type YAMLError } from 'yaml';
import type { Finding } from './finding.ts';
import { describeErrors } from './yaml-errors.ts';
import { findHazards } from './yaml-hazards.ts';

/** The text of a file, its tree and its plain value. */
export interface YamlSource {
  /** As faults name it. */
  readonly file: string;
  readonly text: string;
  readonly document: Document;
  /** Plain data; undefined when the text is not sound. */
  readonly value: unknown;
}

/** Offsets in the text, from `start` up to and without `end`. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** Something wrong with the text as YAML. Its place is a range, because there may be no value. */
export type SourceFinding = Omit<Finding, 'path' | 'at' | 'needs'> & { readonly range: Range };

/**
 * Reads YAML 1.2 (core schema) that stands for plain data: one document, text keys, no aliases, no tags of its own.
 *
 * @returns The source, and everything that is wrong with it as YAML. Its value is undefined when it cannot be told.
 */
export function readYaml(
  text: string,
  file: string,
): { readonly source: YamlSource; readonly findings: readonly SourceFinding[] } {
  const document = parseDocument(text, {
    strict: true,
    uniqueKeys: true,
    stringKeys: true,
    schema: 'core',
    prettyErrors: false,
  });
  const hazards = findHazards(document);
  const sound =
    hazards.every(({ code }) => code !== 'CONFIG_SYNTAX') &&
    [...document.errors, ...document.warnings].every(isBearable);
  const value: unknown = sound ? document.toJS({ maxAliasCount: 0 }) : undefined;
  const errors = describeErrors(document, text);
  return { source: { file, text, document, value }, findings: [...errors, ...hazards] };
}

/** A key that stands twice leaves the tree sound, so that the rest can be checked as well. */
function isBearable(error: YAMLError): boolean {
  return error.code === 'DUPLICATE_KEY';
}

import { isAlias, isScalar, visit, type Document, type Node } from 'yaml';
import type { ErrorCode } from '../../errors.ts';
import type { Problem } from '../values/parsed.ts';
import type { SourceFinding } from './yaml-source.ts';

/** What is right YAML and yet does not mean what it says. */
interface Hazard {
  readonly is: (node: Node, role: unknown) => boolean;
  readonly problem: Problem & { readonly code: ErrorCode };
}

const HAZARDS: readonly Hazard[] = [
  {
    // Aliases repeat a value without its text; a few of them nested make a small file a huge value.
    is: (node) => isAlias(node),
    problem: {
      code: 'CONFIG_SYNTAX',
      says: () => 'Aliases (*name) are not accepted',
      next: 'Write the value out.',
    },
  },
  {
    // JavaScript would change it without a word.
    is: (node, role) => role !== 'key' && isScalar(node) && !isSafe(node.value),
    problem: {
      code: 'CONFIG_INVALID_VALUE',
      says: () => 'YAML cannot keep this number as it is written',
      next: 'Put it in quotes.',
    },
  },
  {
    // JavaScript takes it for something else, and libraries therefore leave it out without a word.
    is: (node, role) => role === 'key' && isScalar(node) && node.value === '__proto__',
    problem: {
      code: 'CONFIG_INVALID_VALUE',
      says: () => 'No key can be called __proto__',
      next: 'Choose another name.',
    },
  },
];

/** Finds what is right YAML and yet does not mean what it says. */
export function findHazards(document: Document): readonly SourceFinding[] {
  const found: SourceFinding[] = [];
  visit(document, {
    Node: (role, node) => {
      const hazard = HAZARDS.find(({ is }) => is(node, role));
      if (hazard === undefined) return;
      const [start, end] = node.range ?? [0, 0];
      found.push({ ...hazard.problem, range: { start, end } });
    },
  });
  return found;
}

function isSafe(value: unknown): boolean {
  if (typeof value !== 'number') return true;
  return Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value));
}

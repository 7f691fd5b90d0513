import type { Check } from '../document.ts';
import type { EntradaFile } from '../schema/file.ts';
import type { CheckContext, FileCheck } from './check.ts';

const CHECKS: readonly FileCheck[] = [];

/** All checks of `entrada.yaml`. */
export function checksOf(context: CheckContext): readonly Check<EntradaFile>[] {
  return CHECKS.map((check) => (file) => (file === undefined ? [] : check(file, context)));
}

import {
  type Check,
  CHECKS,
  examine,
  type ExamineOptions,
} from '../../extensions/doctor/examine.ts';
import { EXIT, Exit } from '../exit.ts';
import { mark, print, printJson, say } from '../say.ts';

const NAMES = CHECKS.map(([name]) => name);

/** What is examined, and how it is told. */
export type DiagnoseOptions = ExamineOptions & { readonly json?: boolean };

/**
 * Examines the sandbox and prints a table, a line as soon as its check is done; or one object at the end.
 *
 * @throws {Exit} 1 when something does not hold, 2 when a check is named that is none.
 */
export async function diagnose({ json = false, ...options }: DiagnoseOptions): Promise<void> {
  refuseUnknown(options.only ?? []);
  const before = performance.now();
  const checks: Check[] = [];
  for await (const check of examine(options)) {
    checks.push(check);
    if (!json) print(lineOf(check));
  }
  const broken = checks.filter(({ holds }) => !holds);
  if (json) printJson({ holds: broken.length === 0, checks: checks.map(rounded) });
  else sayEnd(checks.length, broken, performance.now() - before);
  if (broken.length > 0) throw new Exit(EXIT.failed);
}

function refuseUnknown(names: readonly string[]): void {
  const unknown = names.filter((name) => !NAMES.includes(name));
  if (unknown.length === 0) return;
  say(
    `${mark('error')} There is no check ${unknown.join(', ')}. The checks are ${NAMES.join(', ')}.`,
  );
  throw new Exit(EXIT.usage);
}

const WIDTH = Math.max(...NAMES.map((name) => name.length));

function lineOf({ name, tries, holds, why, ms }: Check): string {
  const time = `${Math.round(ms)} ms`.padStart(8);
  const line = `${mark(holds ? 'ok' : 'error')} ${name.padEnd(WIDTH)} ${time}  ${tries}`;
  return why === null ? line : `${line}\n    ${why}`;
}

function sayEnd(count: number, broken: readonly Check[], ms: number): void {
  const seconds = (ms / 1000).toFixed(1);
  if (broken.length === 0) return say(`${mark('ok')} All ${count} hold, after ${seconds} s.`);
  const names = broken.map(({ name }) => name).join(', ');
  say(`${mark('error')} ${broken.length} of ${count} do not hold: ${names}`);
  say(
    '  Do not run extensions that you do not trust here. Which Node, which system: say it in a report.',
  );
}

function rounded(check: Check): Check {
  return { ...check, ms: Math.round(check.ms) };
}

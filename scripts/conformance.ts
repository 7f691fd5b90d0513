/**
 * The relying party modules of the OpenID Foundation's conformance plans, rebuilt as lies of the emulator, against a whole
 * gateway. Prints each module with what has to be seen and what was; exits with 1 on any difference. `--json` prints one
 * object.
 *
 * @see https://openid.net/certification/rp_testing/
 */
import { LOGOUT_MODULES } from './conformance/logout-modules.ts';
import { type Result, runModules } from './conformance/module.ts';
import { NOT_RUN } from './conformance/not-run.ts';
import { REFRESH_MODULES } from './conformance/refresh-modules.ts';
import { SIGN_IN_MODULES } from './conformance/sign-in-modules.ts';
import { RESPONSE_TYPES, type ResponseType, Site } from './conformance/site.ts';

const print = (text: string): void => void process.stdout.write(`${text}\n`);

function row({
  plan,
  type,
  name,
  expected,
  seen,
}: Omit<Result, 'type'> & { readonly type: string }): string {
  const end = seen === expected ? seen : `${seen}  DIFFERS`;
  return `${plan.padEnd(32)} ${type.padEnd(15)} ${name.padEnd(40)} ${expected.padEnd(46)} ${end}`;
}

const started = performance.now();
const teardowns: (() => void | Promise<void>)[] = [];
const t = { teardown: (end: () => void) => void teardowns.unshift(end) };
const sites = new Map<ResponseType, Site>();
// oxlint-disable-next-line no-await-in-loop -- one after the other starts as fast on two cores
for (const type of RESPONSE_TYPES) sites.set(type, await Site.start(t, type));
const modules = [...SIGN_IN_MODULES, ...LOGOUT_MODULES, ...REFRESH_MODULES];
const results = await runModules(modules, sites);
// oxlint-disable-next-line no-await-in-loop -- in the reverse order of the start
for (const end of teardowns) await end();
const differ = results.filter(({ expected, seen }) => expected !== seen).length;
if (process.argv.includes('--json')) print(JSON.stringify({ differ, results, notRun: NOT_RUN }));
else {
  print(
    row({
      plan: 'PLAN',
      type: 'RESPONSE TYPE',
      name: 'MODULE',
      expected: 'EXPECTED',
      seen: 'SEEN',
    }).replace('  DIFFERS', ''),
  );
  for (const result of results) print(row(result));
  for (const [names, reason] of NOT_RUN) print(`not run: ${names}: ${reason}`);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  print(`${results.length} modules in ${seconds} s, ${differ} differ.`);
}
process.exit(differ > 0 ? 1 : 0);

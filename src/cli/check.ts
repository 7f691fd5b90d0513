import { Command, InvalidArgumentError, Option } from 'commander';

import type { Config } from '../config/config.ts';
import { parseDuration } from '../config/values/duration.ts';
import { redirectUriOf, tenantsOf } from '../server/tenants.ts';
import { withConfig } from './config-option.ts';
import type { Finding } from './connect/finding.ts';
import { EXIT, Exit } from './exit.ts';
import type { Prepared } from './load.ts';
import { mark, print, printJson, say, sayFaults } from './say.ts';

interface CheckOptions {
  readonly config: string;
  readonly connect?: boolean;
  readonly signIn?: boolean;
  readonly wait: number;
  readonly json?: boolean;
}

const AFTER = `
A line is ok, unknown, or says what to change, and where in the portal. Exit codes: 0 nothing is to be changed, 1 something
of what --connect asks is, 2 the configuration is wrong.

Examples:
  $ entrada check --config /etc/entrada/entrada.yaml
  $ entrada check --connect
  $ entrada check --connect --sign-in --wait 10m`;

/** `entrada check`: what can be known of a configuration without starting it, and of the tenant by asking it. */
export function checkCommand(): Command {
  return withConfig(new Command('check'))
    .description(
      'check entrada.yaml and every extension: values, references, grants, code, approval',
    )
    .option('--connect', 'also ask the tenant: keys, clock, proxy, credential, store')
    .option(
      '--sign-in',
      'with --connect: wait for a sign-in at the running gateway, for consent and groups',
    )
    .addOption(
      new Option('--wait <duration>', 'how long to wait for it')
        .argParser(duration)
        .default(300_000, '5m'),
    )
    .option('--json', 'print what was found as one object')
    .addHelpText('after', AFTER)
    .action(check);
}

function duration(text: string): number {
  const read = parseDuration(text);
  if (read.ok) return read.value;
  throw new InvalidArgumentError('write a duration such as 30s or 5m');
}

async function check(options: CheckOptions): Promise<void> {
  if (options.signIn && !options.connect) {
    say(`${mark('error')} --sign-in needs --connect`);
    throw new Exit(EXIT.usage);
  }
  const { prepareConfig } = await import('./load.ts'); // what a command needs is loaded when it runs
  const prepared = await prepareConfig(options.config, false);
  if (options.json !== true) sayPrepared(prepared, options.config);
  const findings = prepared.ok && options.connect ? await connected(prepared.config, options) : [];
  const ok = prepared.ok && findings.every(({ result }) => result !== 'change');
  if (options.json) {
    printJson({ ok, faults: prepared.faults, ...(options.connect ? { findings } : {}) });
  }
  if (!ok) throw new Exit(prepared.ok ? EXIT.failed : EXIT.usage);
}

function sayPrepared(prepared: Prepared, file: string): void {
  sayFaults(prepared.faults);
  if (!prepared.ok) return;
  const { config, extensions } = prepared;
  const { authentications, services } = config;
  say(`${mark('ok')} ${file}: ${count(authentications, 'method')}, ${count(services, 'service')}`);
  for (const { name, integrity, manifest } of extensions) {
    say(`${mark('ok')} extension ${name} ${manifest.version} ${integrity}`);
  }
  for (const method of tenantsOf(config)) {
    print(`redirect URI of ${method.name}: ${redirectUriOf(config, method)}`);
  }
}

async function connected(config: Config, options: CheckOptions): Promise<readonly Finding[]> {
  const { connect, of } = await import('./connect/connect.ts');
  const { findings, plans } = await connect(config);
  const tell = (told: readonly Finding[]): void => {
    if (options.json !== true) for (const finding of told) sayFinding(finding, config);
  };
  tell(findings);
  if (options.signIn !== true) return findings;
  const [{ awaitSignIns }, { signInLines }] = await Promise.all([
    import('./connect/await-sign-ins.ts'),
    import('./connect/sign-in-lines.ts'),
  ]);
  const records = await awaitSignIns(options.config, config, options.wait);
  const later = tenantsOf(config).flatMap((method) => {
    const plan = plans.get(method.id);
    return plan === undefined
      ? []
      : of(method.id, signInLines(method, plan, records.get(method.id)));
  });
  tell(later);
  return [...findings.filter((one) => !later.some((other) => isSame(one, other))), ...later];
}

/** What a sign-in showed replaces what was not known without it. */
const isSame = (one: Finding, other: Finding): boolean =>
  one.method === other.method && one.check === other.check;

const MARKS = { ok: 'ok', unknown: 'unknown', change: 'error' } as const;

function sayFinding({ method, check: name, result, says, next }: Finding, config: Config): void {
  const of = config.authentications.find(({ id }) => id === method)?.name;
  print(`${mark(MARKS[result])} ${of === undefined ? '' : `${of}: `}${name}: ${says}`);
  if (next !== undefined) print(`    ${next}`);
}

function count(list: readonly unknown[], what: string): string {
  return `${list.length} ${what}${list.length === 1 ? '' : 's'}`;
}

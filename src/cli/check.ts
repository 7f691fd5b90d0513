import { Command } from 'commander';

import { withConfig } from './config-option.ts';
import { EXIT, Exit } from './exit.ts';
import { mark, print, printJson, say, sayFaults } from './say.ts';

interface CheckOptions {
  readonly config: string;
  readonly json?: boolean;
}

/** `entrada check`: everything that can be known of a configuration without starting it. */
export function checkCommand(): Command {
  return withConfig(new Command('check'))
    .description(
      'check entrada.yaml and every extension: values, references, grants, code, approval',
    )
    .option('--json', 'print the faults as one object')
    .addHelpText('after', '\nExample:\n  $ entrada check --config /etc/entrada/entrada.yaml')
    .action(check);
}

async function check({ config: file, json = false }: CheckOptions): Promise<void> {
  const { prepareConfig } = await import('./load.ts'); // what a command needs is loaded when it runs
  const prepared = await prepareConfig(file, false);
  if (json) {
    printJson({ ok: prepared.ok, faults: prepared.faults });
    if (!prepared.ok) throw new Exit(EXIT.usage);
    return;
  }
  sayFaults(prepared.faults);
  if (!prepared.ok) return;
  const { config, extensions } = prepared;
  const { authentications, services } = config;
  say(`${mark('ok')} ${file}: ${count(authentications, 'method')}, ${count(services, 'service')}`);
  for (const { name, integrity, manifest } of extensions) {
    say(`${mark('ok')} extension ${name} ${manifest.version} ${integrity}`);
  }
  for (const { id, name } of authentications) {
    print(`redirect URI of ${name}: ${config.server.publicUrl}/?redirect-${id}`);
  }
}

function count(list: readonly unknown[], what: string): string {
  return `${list.length} ${what}${list.length === 1 ? '' : 's'}`;
}

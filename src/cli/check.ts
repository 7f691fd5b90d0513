import { Command } from 'commander';

import { EXIT, Exit } from './exit.ts';
import { prepareConfig, withConfig } from './load.ts';
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
  const prepared = await prepareConfig(file, false);
  if (json) {
    printJson({ ok: prepared.ok, faults: prepared.faults });
    if (!prepared.ok) throw new Exit(EXIT.usage);
    return;
  }
  sayFaults(prepared.faults);
  if (!prepared.ok) return;
  const { config, extensions } = prepared;
  say(
    `${mark('ok')} ${file}: ${config.authentications.length} methods, ${config.services.length} services`,
  );
  for (const { name, integrity, manifest } of extensions) {
    say(`${mark('ok')} extension ${name} ${manifest.version} ${integrity}`);
  }
  for (const { id, name } of config.authentications) {
    print(`redirect URI of ${name}: ${config.server.publicUrl}/?redirect-${id}`);
  }
}

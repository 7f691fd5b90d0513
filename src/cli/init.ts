import { randomUUID } from 'node:crypto';
import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { Command } from 'commander';

import { generateKey } from '../config/keys.ts';
import { makeFolder } from '../config/make-folder.ts';
import { shellWord } from '../config/shell-word.ts';
import { configTemplate } from '../config/template.ts';
import { commandName } from './command-name.ts';
import { EXIT, Exit } from './exit.ts';
import { scaffoldFiles } from './extension/scaffold.ts';
import { folderOption } from './folder-option.ts';
import { EXAMPLE_FILES } from './init-example.ts';
import { mark, print, say } from './say.ts';
import { ANOTHER_FOLDER, orUnwritable } from './unwritable.ts';

/** A file that `init` writes. */
interface NewFile {
  readonly path: string;
  readonly text: string;
  /** Only the owner may read it. */
  readonly secret?: boolean;
}

/** `entrada init`: a folder to start from. */
export function initCommand(): Command {
  return new Command('init')
    .description(
      'write a commented entrada.yaml, a key, a certificate for trying, and an example extension',
    )
    .argument('[dir]', 'the folder', folderOption, '.')
    .option('--public-url <url>', 'origin that people reach Entrada at', 'https://localhost:8443')
    .addHelpText(
      'after',
      '\nNothing that is there is overwritten.\n\nExample:\n  $ entrada init gateway && cd gateway && entrada check',
    )
    .action(init);
}

async function init(dir: string, { publicUrl }: { publicUrl: string }): Promise<void> {
  const origin = originOf(publicUrl);
  const files = await newFiles(origin);
  const there = files.filter((file) => existsSync(path.join(dir, file.path)));
  if (there.length > 0) {
    const paths = there.map((file) => path.join(dir, file.path));
    say(`${mark('error')} there already, so that nothing was written: ${paths.join(', ')}`);
    say('  Name another folder, or move what is there away.');
    throw new Exit(EXIT.failed);
  }
  orUnwritable(`the folder ${dir}`, ANOTHER_FOLDER, () => {
    for (const file of files) write(dir, file);
  });
  await sayNext(dir);
}

async function sayNext(dir: string): Promise<void> {
  const { hasTools } = await import('./extension/author-tools.ts');
  const entrada = commandName();
  const folder = path.join(dir, 'extensions/example');
  const [config, example] = [path.join(dir, 'entrada.yaml'), folder].map(shellWord);
  const commands = [
    ...(hasTools(folder) ? [] : [`npm install --prefix ${example}`]),
    `${entrada} extension test ${example}`,
    `${entrada} extension approve example --config ${config}`,
  ];
  print(`\nNext:
  1. Register an application in the Entra portal, with the redirect URI that
     ${entrada} check --config ${config}
     prints, and put its ids into entrada.yaml.
  2. Look at extensions/example, run its tests, and approve it:
     ${commands.join('\n     ')}
  3. ${entrada} serve --config ${config}

Try all of it without Azure: ${entrada} demo`);
}

function originOf(publicUrl: string): string {
  const url = URL.parse(publicUrl);
  if (url?.protocol === 'https:' && publicUrl === url.origin) return publicUrl;
  say(
    `${mark('error')} --public-url has to be an https origin, as in https://files.example.com:8443`,
  );
  throw new Exit(EXIT.usage);
}

async function newFiles(publicUrl: string): Promise<readonly NewFile[]> {
  const { createCertificate } = await import('../emulator/certificate.ts');
  const name = new URL(publicUrl).hostname.replaceAll(/^\[|\]$/g, ''); // of an address of IPv6
  const { certificate, key } = await createCertificate([name]);
  const yaml = configTemplate({
    publicUrl,
    methodId: randomUUID(),
    extension: './extensions/example',
  });
  return [
    { path: 'entrada.yaml', text: yaml },
    { path: 'secrets/keys.txt', text: `${generateKey('first')}\n`, secret: true },
    { path: 'tls/server.crt', text: certificate },
    { path: 'tls/server.key', text: key, secret: true },
    { path: '.gitignore', text: 'secrets/\ntls/*.key\nvar/\n' },
    ...[...EXAMPLE_FILES, ...scaffoldFiles('example')].map(([file, text]) => ({
      path: `extensions/example/${file}`,
      text,
    })),
  ];
}

function write(dir: string, file: NewFile): void {
  const target = path.join(dir, file.path);
  makeFolder(path.dirname(target));
  writeFileSync(target, file.text, { mode: file.secret ? 0o600 : 0o644, flag: 'wx' });
  say(`${mark('ok')} ${target}`);
}

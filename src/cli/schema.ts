import { Command } from 'commander';

import { configJsonSchema } from '../config/json-schema.ts';
import { printJson } from './say.ts';

/** `entrada schema`: what editors check `entrada.yaml` with. */
export function schemaCommand(): Command {
  return new Command('schema')
    .description('print the JSON Schema of entrada.yaml, for editors')
    .addHelpText(
      'after',
      '\nExample:\n  $ entrada schema > entrada.schema.json\n  and in the first line of entrada.yaml:\n  # yaml-language-server: $schema=./entrada.schema.json',
    )
    .action(() => printJson(configJsonSchema()));
}

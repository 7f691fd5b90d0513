import { Command } from 'commander';

import { printJson } from './say.ts';

/** `entrada schema`: what editors check `entrada.yaml` with. */
export function schemaCommand(): Command {
  return new Command('schema')
    .description('print the JSON Schema of entrada.yaml, for editors')
    .addHelpText(
      'after',
      '\nExample:\n  $ entrada schema > entrada.schema.json\n  and in the first line of entrada.yaml:\n  # yaml-language-server: $schema=./entrada.schema.json',
    )
    .action(async () => {
      const { configJsonSchema } = await import('../config/json-schema.ts');
      printJson(configJsonSchema());
    });
}

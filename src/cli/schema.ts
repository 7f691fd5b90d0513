import { Command } from 'commander';

import { printJson } from './say.ts';

interface SchemaOptions {
  readonly extension?: boolean;
}

/** `entrada schema`: what editors check `entrada.yaml` and `extension.yaml` with. */
export function schemaCommand(): Command {
  return new Command('schema')
    .description('print the JSON Schema of entrada.yaml, for editors')
    .option('--extension', 'of extension.yaml, the manifest of an extension')
    .addHelpText(
      'after',
      '\nExample:\n  $ entrada schema > entrada.schema.json\n  and in the first line of entrada.yaml:\n  # yaml-language-server: $schema=./entrada.schema.json',
    )
    .action(async ({ extension = false }: SchemaOptions) => {
      if (extension) printJson(await manifestSchema());
      else printJson((await import('../config/json-schema.ts')).configJsonSchema());
    });
}

async function manifestSchema(): Promise<object> {
  const { manifestJsonSchema } = await import('../extensions/manifest-json-schema.ts');
  return manifestJsonSchema();
}

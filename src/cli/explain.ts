import { Command } from 'commander';

import { withConfig } from './config-option.ts';

interface ExplainOptions {
  readonly config: string;
  readonly json?: boolean;
}

/** `entrada explain`: all of one sign-in, and why. */
export function explainCommand(): Command {
  return withConfig(new Command('explain'))
    .description(
      'tell the whole story of a sign-in: verdicts, groups, decisions, calls, whose each claim is, and what was done in the background',
    )
    .argument(
      '<sign-in-id>',
      'as it stands on the page of the person and in the log; of a recent one, the beginning',
    )
    .option('--json', 'print it as one object')
    .addHelpText(
      'after',
      '\nThe gateway has to run; it keeps records as long as explain.retention says.' +
        '\n\nExample:\n  $ entrada explain 7b0c1f52-5d0a-4c1e-9b52-2f6d7a1e9c10',
    )
    .action(explain);
}

async function explain(id: string, { config, json = false }: ExplainOptions): Promise<void> {
  const { tellSignIn } = await import('./tell-sign-in.ts');
  await tellSignIn(id, config, json);
}

import { Command, InvalidArgumentError } from 'commander';

interface DoctorOptions {
  readonly only?: readonly string[];
  readonly jitless?: boolean;
  readonly json?: boolean;
}

const AFTER = `
It takes less than a minute. Runners are started as the gateway starts them, and code in them tries to break out, to find what
is others', and to use up the machine. Exit codes: 0 everything holds, 1 something does not.

Examples:
  $ entrada extension doctor
  $ entrada extension doctor --only process-read --only heap-fill
  $ entrada extension doctor --json`;

/** `entrada extension doctor`: attacks the sandbox on this machine. */
export function doctorCommand(): Command {
  return new Command('doctor')
    .description('try on this machine what hostile extensions would try')
    .option('--only <check>', 'this check alone; may be given several times', collect)
    .option('--jitless', 'start runners that make no machine code')
    .option('--json', 'print the checks as one object')
    .addHelpText('after', AFTER)
    .action(doctor);
}

function collect(name: string, before: readonly string[] = []): readonly string[] {
  if (!/^[a-z-]+$/.test(name)) throw new InvalidArgumentError('write the name of a check');
  return [...before, name];
}

async function doctor(options: DoctorOptions): Promise<void> {
  // What a command needs is loaded when it runs.
  const [{ diagnose }, { loadPlatform }] = await Promise.all([
    import('./diagnose.ts'),
    import('../../extensions/load-platform.ts'),
  ]);
  await diagnose({ ...options, platform: await loadPlatform() });
}

import { dirname, resolve } from 'node:path';
import { systemClock, type Clock } from '../clock.ts';
import { checksOf } from './checks/checks.ts';
import type { Config, Fault, Loaded } from './config.ts';
import { diskFiles, isOpenToAll, tryRead, type ConfigFiles } from './config-files.ts';
import { readDocument } from './document.ts';
import { fileSchema } from './schema/file.ts';
import { settleFile } from './settle/file.ts';
import { closeToOthers } from './shell-word.ts';
import { resolveFrom } from './sources.ts';
import type { Problem } from './values/parsed.ts';

export interface LoadOptions {
  /** Values of `${env:NAME}`: `process.env`. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Default: the file system. */
  readonly files?: ConfigFiles;
  /** Extensions may be enforced without an `integrity`: while developing, and in the demo. Default false. */
  readonly allowUnapproved?: boolean;
  /** Tells whether credentials are valid. Default: the machine's. */
  readonly clock?: Clock;
}

/**
 * Reads a configuration: every fault of the file in one run, or a frozen `Config`. Nothing is thrown.
 *
 * @param file Path of `entrada.yaml`; faults name it as it is given.
 */
export function loadConfig(file: string, options: LoadOptions): Loaded {
  const read = tryRead(options.files ?? diskFiles, resolve(file));
  if (!read.ok) return { ok: false, faults: [unreadable(file, read.why)], report: () => [] };
  return readConfig(read.text, file, options);
}

/** Like `loadConfig`, of a text. Relative paths start at the folder of `file`, which need not exist. */
export function readConfig(text: string, file: string, options: LoadOptions): Loaded {
  const directory = dirname(resolve(file));
  const files = options.files ?? diskFiles;
  const { environment, allowUnapproved = false, clock = systemClock } = options;
  const sources = { environment, files, directory };
  const result = readDocument(text, file, fileSchema, {
    substitution: {
      resolve: resolveFrom(sources),
      ofWrittenSecret: isOpenToAll(files, resolve(file)) ? openSecret(file) : undefined,
    },
    checks: checksOf({ ...sources, allowUnapproved, now: clock() }),
  });
  const { faults, report } = result;
  if (!result.ok) return { ok: false, faults, report };
  const config: Config = settleFile(result.value, sources);
  return { ok: true, config, faults, report };
}

function openSecret(file: string): Problem {
  return {
    says: () =>
      'Every user of this machine can read this file, and with it the secret that is written here',
    next: `Run: ${closeToOthers(resolve(file))}; or write \${env:NAME} or \${file:PATH} here.`,
  };
}

function unreadable(file: string, why: string): Fault {
  return {
    severity: 'error',
    code: 'CONFIG_UNREADABLE',
    message: `The file ${file} ${why}.`,
    next: 'Name the file with --config, or make one with: entrada init.',
    path: '',
  };
}

import { readFileSync } from 'node:fs';

import {
  type EmulatorOptions,
  parseSeedFile,
  SeedFileError,
  startEmulator,
} from '../emulator/index.ts';
import { systemCode } from '../errors.ts';
import { EXIT, Exit } from './exit.ts';
import { mark, print, printJson, say, sayFaults } from './say.ts';
import { untilStopped } from './stop.ts';

/** What the command line says of an emulator. */
export interface EmulatorRunOptions {
  readonly port: number;
  readonly json?: boolean;
}

/**
 * Runs a tenant until a person stops it.
 *
 * @param seed File that describes it; undefined: Contoso.
 */
export async function runEmulator(
  seed: string | undefined,
  { port, json = false }: EmulatorRunOptions,
): Promise<void> {
  const stopped = untilStopped();
  const options: EmulatorOptions = seed === undefined ? {} : readSeed(seed);
  await using emulator = await startEmulator({ ...options, port });
  const { login, graph, portal, authority, ca } = emulator;
  if (json) printJson({ login, graph, portal, authority, ca });
  else {
    print(`Tenant    ${login}\nGraph     ${graph}\nPages     ${portal}\n`);
    print(
      `For entrada.yaml:\n  authority: ${JSON.stringify({ ...authority, ca: 'emulator-ca.crt' })}\n`,
    );
    print(`Certificate authority (emulator-ca.crt):\n${ca}\nCtrl-C ends it.`);
  }
  await stopped;
}

function readSeed(file: string): EmulatorOptions {
  try {
    return parseSeedFile(readFileSync(file, 'utf8'), file);
  } catch (error) {
    if (error instanceof SeedFileError) sayFaults(error.faults);
    if (systemCode(error) === '') throw error;
    say(`${mark('error')} ${file} cannot be read: ${systemCode(error)}`);
    throw new Exit(EXIT.usage);
  }
}

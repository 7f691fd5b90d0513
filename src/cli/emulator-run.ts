import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { makeFolder } from '../config/make-folder.ts';
import { type Emulator, type EmulatorOptions, startEmulator } from '../emulator/index.ts';
import { readSeedFile } from '../emulator/seed-file.ts';
import { isEntradaError, systemCode } from '../errors.ts';
import { EXIT, Exit } from './exit.ts';
import { mark, print, printJson, say, sayError, soundOf } from './say.ts';
import { untilStopped } from './stop.ts';
import { orUnwritable } from './unwritable.ts';

/** What the command line says of an emulator. */
export interface EmulatorRunOptions {
  readonly port: number;
  readonly json?: boolean;
  /** Where the certificate of its authority is written. */
  readonly ca?: string;
}

/**
 * Runs a tenant until a person stops it.
 *
 * @param seed File that describes it; undefined: Contoso.
 */
export async function runEmulator(
  seed: string | undefined,
  { port, json = false, ca: file }: EmulatorRunOptions,
): Promise<void> {
  const stopped = untilStopped();
  const options: EmulatorOptions = seed === undefined ? {} : readSeed(seed);
  await using emulator = await start({ ...options, port });
  const { login, graph, portal, authority, ca } = emulator;
  if (file !== undefined) writeCertificate(file, ca);
  if (json) printJson({ login, graph, portal, authority, ca });
  else {
    print(`Tenant    ${login}\nGraph     ${graph}\nPages     ${portal}\n`);
    const named = { ...authority, ca: file === undefined ? 'emulator-ca.crt' : path.resolve(file) };
    print(`For entrada.yaml:\n  authority: ${JSON.stringify(named)}\n`);
    if (file === undefined) print(`Certificate authority (emulator-ca.crt):\n${ca}`);
    print('Ctrl-C ends it.');
  }
  await stopped;
}

/** Somebody whom a seed names and does not have is found only now. */
async function start(options: EmulatorOptions): Promise<Emulator> {
  try {
    return await startEmulator(options);
  } catch (error) {
    if (!isEntradaError(error) || error.code !== 'EMULATOR_SEED_INVALID') throw error;
    sayError(error, false);
    throw new Exit(EXIT.usage);
  }
}

function writeCertificate(file: string, certificate: string): void {
  orUnwritable(file, 'Name another file, in a folder that you may write to, with --ca.', () => {
    makeFolder(path.dirname(file));
    writeFileSync(file, certificate);
  });
}

function readSeed(file: string): EmulatorOptions {
  return soundOf(readSeedFile(readText(file), file)).options;
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    say(`${mark('error')} ${file} cannot be read (${systemCode(error)})`);
    say('  Name a YAML file of people, groups and applications, or none for Contoso.');
    throw new Exit(EXIT.usage);
  }
}

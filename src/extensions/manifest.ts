import path from 'node:path';

import type { JsonObject } from '../../sandbox/contract.ts';
import type { EnrichGrant, Fault, SessionsGrant } from '../config/config.ts';
import { readDocument } from '../config/document.ts';
import type { Finding } from '../config/document/finding.ts';
import type { Schedule } from './cron.ts';
import { manifestSchema } from './manifest-schema.ts';
import { tryReadText } from './read-text.ts';

/** What the author of an extension asks for: `extension.yaml`, after it was read and checked. */
export interface Manifest {
  /** Version of the interface that the extension was written for. */
  readonly api: 1;
  readonly name: string;
  readonly version: string;
  /** Path of the entry below the extension's folder. */
  readonly entry: string;
  readonly requests: Requests;
  /** When `decide` and `enrich` run; at every sign-in where nothing is said. */
  readonly when: Conditions;
  /** Keys of the values that it shares. */
  readonly provides: readonly string[];
  /** Values of other extensions that it reads, as `name.key`: it runs after them. */
  readonly consumes: readonly string[];
  /** When `schedule` runs; null: never. */
  readonly schedule: Schedule | null;
  /** Paths and globs below the extension's folder of the fixtures that a version has to get through; null: `fixtures/`. */
  readonly fixtures: readonly string[] | null;
  /** JSON Schema of the operator's `config`; null: the extension takes none. */
  readonly config: JsonObject | null;
}

/** All that have entries must hold; one entry of each is enough. */
export interface Conditions {
  /** Types of services. */
  readonly services: readonly string[];
  /** Names of Entrada's groups. */
  readonly groups: readonly string[];
  /** Names of Entrada's roles. */
  readonly roles: readonly string[];
}

export interface Requests {
  readonly tokens: readonly TokenRequest[];
  readonly fetch: readonly FetchRequest[];
  /** Names of secrets. */
  readonly secrets: readonly string[];
  /** Its `authenticate` hook is shown usernames and passwords. */
  readonly password: boolean;
  readonly enrich: EnrichGrant;
  readonly sessions: SessionsGrant;
}

export interface TokenRequest {
  readonly resource: string;
  /** Compared with `api_scopes`: Entra gives every consented scope of a resource, so this narrows nothing. */
  readonly scopes: readonly string[];
  readonly allow: readonly string[];
  readonly required: boolean;
  readonly expose: 'handle' | 'raw';
}

export type FetchRequest =
  | { readonly origin: string; readonly allow: readonly string[]; readonly required: boolean }
  | { readonly name: string; readonly allow: readonly string[]; readonly required: boolean };

/** A manifest, or everything that is wrong with it. `report` gives what is found later its place in the file. */
export type ReadManifest =
  | {
      readonly ok: true;
      readonly manifest: Manifest;
      readonly text: string;
      readonly report: (findings: readonly Finding[]) => readonly Fault[];
    }
  | { readonly ok: false; readonly faults: readonly Fault[] };

/** Name of the manifest in an extension's folder. */
export const MANIFEST_FILE = 'extension.yaml';

/** Reads the manifest of an extension, all its faults in one run. */
export async function readManifest(folder: string): Promise<ReadManifest> {
  const file = path.join(folder, MANIFEST_FILE);
  const read = await tryReadText(file);
  if (!read.ok) return { ok: false, faults: [unreadable(file, read.code)] };
  const { text } = read;
  const result = readDocument(text, file, manifestSchema);
  return result.ok
    ? { ok: true, manifest: result.value, text, report: result.report }
    : { ok: false, faults: result.faults };
}

/** The manifest in a text that was read before; null when it is none any more. */
export function parseManifest(text: string): Manifest | null {
  const result = readDocument(text, MANIFEST_FILE, manifestSchema);
  return result.ok ? result.value : null;
}

function unreadable(file: string, code: string): Fault {
  return {
    severity: 'error',
    code: 'EXTENSION_UNREADABLE',
    message: `The manifest ${file} cannot be read (${code}).`,
    next: 'Name the folder that has the extension’s extension.yaml.',
    path: '',
  };
}

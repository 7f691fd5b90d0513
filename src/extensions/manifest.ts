import type { EnrichGrant } from '../config/config.ts';
import type { JsonObject } from '../../sandbox/contract.ts';

/** What the author of an extension asks for: `extension.yaml`, after it was read and checked. */
export interface Manifest {
  /** Version of the interface that the extension was written for. */
  readonly api: 1;
  readonly name: string;
  readonly version: string;
  /** Path of the entry below the extension's folder. */
  readonly entry: string;
  readonly requests: Requests;
  /** JSON Schema of the operator's `config`; null: the extension takes none. */
  readonly config: JsonObject | null;
}

export interface Requests {
  readonly tokens: readonly TokenRequest[];
  readonly fetch: readonly FetchRequest[];
  /** Names of secrets. */
  readonly secrets: readonly string[];
  readonly enrich: EnrichGrant;
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

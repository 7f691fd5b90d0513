import type { StorageAccountSeed } from '../seed.ts';

/** A blob as it is kept. */
export interface StoredBlob {
  readonly content: Uint8Array;
  /** Blocks that it was made of, by block id; none of a blob that was put whole. */
  readonly blocks: StagedBlocks;
  readonly contentType: string;
  /** Properties that were set by headers and come back in headers. */
  readonly properties: { readonly [header: string]: string };
  readonly metadata: { readonly [name: string]: string };
  /** With quotation marks. */
  readonly etag: string;
  /** Unit: milliseconds since 1970-01-01 UTC. */
  readonly lastModified: number;
  readonly createdAt: number;
}

/** Blocks by block id. */
export type StagedBlocks = Map<string, Uint8Array>;

export interface Container {
  readonly name: string;
  readonly metadata: { readonly [name: string]: string };
  readonly etag: string;
  /** Unit: milliseconds since 1970-01-01 UTC. */
  readonly lastModified: number;
  readonly blobs: Map<string, StoredBlob>;
  /** By blob name. */
  readonly staged: Map<string, StagedBlocks>;
}

/** A storage account; what it holds can be read and changed while the emulator runs. */
export interface StorageAccount {
  readonly name: string;
  /** Object ids of people, groups and service principals, or everyone. */
  contributors: readonly string[] | 'everyone';
  readers: readonly string[] | 'everyone';
  readonly containers: Map<string, Container>;
}

/** The account that a seed describes; a name alone is one that everybody may write to. */
export function createStorageAccount(
  seed: string | StorageAccountSeed,
  resolve: (name: string) => string,
): StorageAccount {
  const { name, contributors, readers } = typeof seed === 'string' ? { name: seed } : seed;
  const ids = (who: readonly string[] | 'everyone' | undefined): readonly string[] | 'everyone' =>
    who === undefined || who === 'everyone' ? 'everyone' : who.map(resolve);
  return {
    name,
    contributors: ids(contributors),
    readers: readers === undefined && contributors !== undefined ? [] : ids(readers),
    containers: new Map(),
  };
}

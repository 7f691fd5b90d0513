import type { Finding } from '../document/finding.ts';
import type { Salvaged } from '../document/salvage.ts';
import type { EntradaFile } from '../schema/file.ts';
import type { Sources } from '../sources.ts';

/** The file as far as it is right by itself: what is wrong is undefined. */
export type SoundFile = NonNullable<Salvaged<EntradaFile>>;

/** What a check may know beside the file. */
export interface CheckContext extends Sources {
  readonly allowUnapproved: boolean;
  /** Unit: milliseconds since 1970-01-01 UTC. */
  readonly now: number;
}

/** Finds what is wrong between values that are right by themselves. */
export type FileCheck = (file: SoundFile, context: CheckContext) => Iterable<Finding>;

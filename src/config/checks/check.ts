import type { ConfigFiles } from '../config-files.ts';
import type { Finding } from '../document/finding.ts';
import type { Salvaged } from '../document/salvage.ts';
import type { EntradaFile } from '../schema/file.ts';

/** The file as far as it is right by itself: what is wrong is undefined. */
export type SoundFile = NonNullable<Salvaged<EntradaFile>>;

/** What a check may know beside the file. */
export interface CheckContext {
  readonly files: ConfigFiles;
  /** Absolute path of the folder that relative paths start at. */
  readonly directory: string;
  readonly allowUnapproved: boolean;
}

/** Finds what is wrong between values that are right by themselves. */
export type FileCheck = (file: SoundFile, context: CheckContext) => Iterable<Finding>;

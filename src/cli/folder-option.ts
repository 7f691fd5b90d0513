import { InvalidArgumentError } from 'commander';

/** Reads the name of a folder that is written to. An empty one is a variable that is not set, and not the folder around. */
export function folderOption(value: string): string {
  if (value.trim() !== '') return value;
  throw new InvalidArgumentError('name a folder');
}

import { InvalidArgumentError } from 'commander';

/** Reads the value of a `--port`. */
export function portOption(value: string): number {
  const port = Number(value);
  if (/^\d+$/.test(value) && port <= 65_535) return port; // an empty one is a variable that is not set
  throw new InvalidArgumentError('a port is a number from 0 to 65535');
}

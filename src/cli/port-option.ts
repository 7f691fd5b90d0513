import { InvalidArgumentError } from 'commander';

/** Reads the value of a `--port`. */
export function portOption(value: string): number {
  const port = Number(value);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new InvalidArgumentError('a port is a number from 0 to 65535');
}

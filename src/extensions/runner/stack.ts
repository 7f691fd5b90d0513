import type { SourceFrame } from '../../../sandbox/contract.ts';

/** A trace of more frames tells nothing more. */
const MAX_FRAMES = 20;

const FRAME = /^\s+at (?:(?:async )?(.*?) \()?(.+?):(\d+):(\d+)\)?$/;

/**
 * The frames of a stack trace that are the author's: those of one script. Frames of the platform and of the host are left
 * out. Lines and columns are the bundle's; the gateway knows the way back to the source.
 */
export function parseStack(stack: string, filename: string): readonly SourceFrame[] {
  return stack
    .split('\n', 100)
    .map((line) => FRAME.exec(line))
    .filter((match) => match !== null)
    .filter((match) => match[2] === filename)
    .slice(0, MAX_FRAMES)
    .map(([, name, file, line, column]) => ({
      file: file ?? filename,
      line: Number(line),
      column: Number(column),
      ...(name ? { function: name } : {}),
    }));
}

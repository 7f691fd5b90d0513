import type { SourceFrame } from '../../../sandbox/contract.ts';

/** A trace of more frames tells nothing more. */
const MAX_FRAMES = 20;

/** Guest code makes the text: the patterns below look at no more of it than a trace has. Unit: UTF-16 code units. */
const MAX_TRACE = 16 * 1024;
const MAX_LINE = 512;

const FRAME = /^\s+at (?:(?:async )?(.*?) \()?(.+?):(\d+):(\d+)\)?$/;

/**
 * The frames of a stack trace that are the author's: those of one script. Frames of the platform and of the host are left
 * out. Lines and columns are the bundle's; the gateway knows the way back to the source.
 */
export function parseStack(stack: string, filename: string): readonly SourceFrame[] {
  return stack
    .slice(0, MAX_TRACE)
    .split('\n', 100)
    .filter((line) => line.length <= MAX_LINE)
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

/** A place that refuses and that no test can reach, with its reason. */
export interface Unreachable {
  readonly file: string;
  /** The line that the place begins in. A line that stands there twice has two entries. */
  readonly text: string;
  readonly why: string;
}

export const UNREACHABLE: readonly Unreachable[] = [];

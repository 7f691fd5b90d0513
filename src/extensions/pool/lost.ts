import type { EntradaError } from '../../errors.ts';

/** A job whose runner is gone. */
export interface Lost {
  readonly lost: EntradaError;
  /** True when nothing else can have been the reason: no other extension's code was in the runner. */
  readonly guilty: boolean;
}

/** What was in a runner when it was lost, or shortly before. */
export interface Loss {
  readonly error: EntradaError;
  /** Ids of extensions; null for scripts that were evaluated. */
  readonly suspects: ReadonlySet<string | null>;
}

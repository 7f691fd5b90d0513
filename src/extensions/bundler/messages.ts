import type { ErrorCode, Position } from '../../errors.ts';
import type { MadeBundle } from '../bundle.ts';

/** What a bundler is asked. */
export interface BundleQuestion {
  readonly id: number;
  /** Absolute path. */
  readonly folder: string;
  readonly entry: string;
  readonly readable: boolean;
}

/** What it answers, to the question of the same id. */
export type BundleAnswer =
  | { readonly id: number; readonly ok: true; readonly bundle: MadeBundle }
  | { readonly id: number; readonly ok: false; readonly fault: BundleFault };

/** An `EntradaError` between processes. */
export interface BundleFault {
  readonly code: ErrorCode;
  readonly message: string;
  readonly next: string | undefined;
  readonly position: Position | undefined;
  /** What caused it, for the log. */
  readonly cause: string;
}

import type { Clock } from '../clock.ts';
import type { Config } from '../config/config.ts';
import type { Photos } from '../session/photos.ts';
import type { SignInRecord } from '../session/record.ts';
import type { Sessions } from '../session/sessions.ts';
import type { SignInFlow } from '../session/sign-in.ts';
import type { IdentitySigner } from './identity-signer.ts';
import type { Log } from './log.ts';
import type { Metrics } from './metrics.ts';

/** Finds what is kept of a sign-in. */
export interface SignInRecords {
  get(id: string): Promise<SignInRecord | undefined>;
}

/** Something without which the gateway should get no traffic. */
export interface ReadyCheck {
  /** As in `store` or `runners`. */
  readonly name: string;
  /** Rejects when it is not ready. */
  check(): Promise<void>;
}

/** What the routes are given. */
export interface Parts {
  readonly config: Config;
  readonly flow: SignInFlow;
  readonly sessions: Sessions;
  readonly records: SignInRecords;
  readonly photos: Photos;
  readonly identity: IdentitySigner;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
}

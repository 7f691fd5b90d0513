import { ExpiringMap } from '../../expiring-map.ts';
import type { EmulatorTime } from '../../time.ts';
import type { SignIn } from './sign-in.ts';

const MAX_PENDING = 20_000;
/** A page that was left open for longer is forgotten. Unit: milliseconds. */
const PENDING_MS = 3_600_000;

/** Sign-ins whose next page has not been answered. */
export class PendingSignIns {
  readonly #time: EmulatorTime;
  readonly #pending: ExpiringMap<SignIn>;

  constructor(time: EmulatorTime) {
    this.#time = time;
    this.#pending = new ExpiringMap(time, MAX_PENDING);
  }

  keep(signIn: SignIn): void {
    this.#pending.set(signIn.ctx, signIn, this.#time.now() + PENDING_MS);
  }

  find(ctx: string): SignIn | undefined {
    return this.#pending.get(ctx);
  }

  forget({ ctx }: SignIn): void {
    this.#pending.delete(ctx);
  }
}

/** How commands end: what a shell sees. */
export const EXIT = { done: 0, failed: 1, usage: 2 } as const;

/** A command that ends early, after it said why. */
export class Exit extends Error {
  readonly code: number;

  constructor(code: number) {
    super(`exit ${code}`);
    this.code = code;
  }
}

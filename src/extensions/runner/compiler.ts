import type { FromRunner, ToRunner } from '../../../sandbox/contract.ts';
import { makeCodeCache, makeScriptCache } from './platform-ops/code-cache.ts';

/**
 * What a process does that only compiles. It knows no command that runs an extension: a code cache is machine code to
 * whoever takes it, and must come from where no guest code ever ran.
 */
export class Compiler {
  readonly #post: (message: FromRunner) => void;
  #platform = '';

  constructor(post: (message: FromRunner) => void) {
    this.#post = post;
  }

  /** Says that it is ready. */
  start(): void {
    this.#post({ type: 'ready', v8: process.versions.v8, node: process.versions.node });
  }

  take(message: ToRunner): void {
    if (message.type === 'platform') this.#platform = message.source;
    else if (message.type === 'compile') this.#compile(message);
  }

  #compile({ extension, source }: Extract<ToRunner, { type: 'compile' }>): void {
    const cache = this.#made(() => makeScriptCache(source));
    const platformCache = this.#made(() => makeCodeCache(this.#platform, source));
    this.#post({ type: 'compiled', extension, cache, platformCache });
  }

  /** A cache is a help, never a need: what cannot be made is left out, and whoever loads the script says why. */
  #made(make: () => Buffer): string {
    try {
      return make().toString('base64');
    } catch {
      return '';
    }
  }
}

import type { Config } from '../config/config.ts';
import type { BuiltExtension } from '../extensions/load.ts';
import { loadPlatform } from '../extensions/load-platform.ts';
import { isShared, RunnerPools } from '../extensions/pools.ts';
import type { Log } from '../log.ts';

/**
 * Starts the runners of a gateway before anything else of it: they take as long to start as the gateway takes to read its
 * extensions and its own code. Null when the configuration has nothing that would run in them.
 */
export async function startEarly(
  { extensions, mapping }: Config,
  { log, jitless }: { readonly log: Log; readonly jitless: boolean },
): Promise<RunnerPools | null> {
  const wanted = extensions.some(({ mode, owner }) => mode !== 'off' && !owner);
  if (!wanted && mapping.length === 0) return null;
  const pools = new RunnerPools({
    platform: await loadPlatform(),
    jitless,
    report: (event, detail) => log.warn({ event }, detail),
  });
  pools.prepare();
  return pools;
}

/** The same runners, unless every extension turned out to need some of its own: then they are ended. */
export async function ifNeeded(
  pools: RunnerPools | null,
  extensions: readonly Pick<BuiltExtension, 'dedicated' | 'owner'>[],
): Promise<{ readonly pools?: RunnerPools }> {
  if (!pools) return {};
  if (extensions.some(isShared)) return { pools };
  await pools[Symbol.asyncDispose]();
  return {};
}

import type { ResponseType, Site } from './site.ts';

/** One module of the OpenID Foundation's relying party plans, rebuilt. */
export interface Module {
  /** Without `oidcc-client-` and `-test-plan`. */
  readonly plan: string;
  readonly type: ResponseType;
  /** Without `oidcc-client-test`; the plain sign-in is `base`. */
  readonly name: string;
  /** What has to be seen: `accepted`, or the code with which it is refused. */
  readonly expected: string;
  readonly run: (site: Site) => Promise<string>;
}

/** What became of a module. */
export interface Result {
  readonly plan: string;
  readonly type: ResponseType;
  readonly name: string;
  readonly expected: string;
  readonly seen: string;
}

/** Runs modules one after the other; what one of them throws is what was seen of it. */
export async function runModules(
  modules: readonly Module[],
  sites: ReadonlyMap<ResponseType, Site>,
): Promise<readonly Result[]> {
  const results: Result[] = [];
  for (const { plan, type, name, expected, run } of modules) {
    const site = sites.get(type);
    if (site === undefined) throw new TypeError(`no gateway signs in by ${type}`);
    // oxlint-disable-next-line no-await-in-loop -- they share one gateway
    const seen = await run(site).catch((error: unknown) => `broken: ${String(error)}`);
    results.push({ plan, type, name, expected, seen });
  }
  return results;
}

import { rolldown } from 'rolldown';

const ENTRY = '\0entry';

/** Bundles a module, given as text, with the packages that it imports: as a script of a browser-like platform. */
export async function bundleForIsolate(source: string): Promise<string> {
  await using build = await rolldown({
    input: ENTRY,
    platform: 'neutral',
    cwd: new URL('../..', import.meta.url).pathname,
    resolve: { conditionNames: ['worker', 'browser', 'import'], mainFields: ['module', 'main'] },
    plugins: [
      {
        name: 'entry',
        resolveId: (id) => (id === ENTRY ? id : null),
        load: (id) => (id === ENTRY ? { code: source, moduleType: 'ts' } : null),
      },
    ],
  });
  const { output } = await build.generate({ format: 'iife', name: 'bundle', exports: 'named' });
  return output[0].code;
}

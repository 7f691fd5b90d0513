import type { JsonObject } from '../../sandbox/contract.ts';
import type { ExtensionConfig } from '../config/config.ts';
import type { Finding } from '../config/document/finding.ts';
import type { Manifest } from './manifest.ts';

/** What the order of extensions depends on. */
export interface Ordered {
  readonly name: string;
  readonly manifest: Pick<Manifest, 'provides' | 'consumes'>;
  readonly config: Pick<ExtensionConfig, 'mode'>;
}

/** Name of the extension that a shared value comes from: `risk` in `risk.score`. */
function providerOf(value: string): string {
  return value.slice(0, value.indexOf('.'));
}

/**
 * The extensions in groups that run one after the other: each one after all whose values it reads. Within a group they run
 * at once. Extensions of a circle, which do not load, would stand in the last group.
 */
export function inWaves<Extension extends Ordered>(
  extensions: readonly Extension[],
): readonly (readonly Extension[])[] {
  const waves: Extension[][] = [];
  let waiting = [...extensions];
  while (waiting.length > 0) {
    const names = new Set(waiting.map(({ name }) => name));
    const free = waiting.filter((one) => !waitsFor(one, names));
    const wave = free.length > 0 ? free : waiting;
    waves.push(wave);
    waiting = waiting.filter((one) => !wave.includes(one));
  }
  return waves;
}

function waitsFor({ name, manifest }: Ordered, names: ReadonlySet<string>): boolean {
  return manifest.consumes.map(providerOf).some((other) => other !== name && names.has(other));
}

/**
 * Of all shared values, those that an extension said it reads, and its own from earlier hooks. What runs in the shadow is
 * not applied: who is enforced reads nothing of it, or it would decide by way of another.
 *
 * @param others All extensions of the sign-in.
 */
export function sharedFor(
  reader: Ordered,
  shared: JsonObject,
  others: readonly Ordered[],
): JsonObject {
  const { name, manifest } = reader;
  return Object.fromEntries(
    Object.entries(shared).filter(([value]) => {
      const provider = providerOf(value);
      if (provider === name) return true;
      return manifest.consumes.includes(value) && !isHidden(provider, reader, others);
    }),
  );
}

function isHidden(provider: string, { config }: Ordered, others: readonly Ordered[]): boolean {
  if (config.mode === 'shadow') return false;
  return others.some((one) => one.name === provider && one.config.mode === 'shadow');
}

/** An extension, and which entry of `extensions` it is. */
export interface Entry<Extension extends Ordered = Ordered> {
  readonly extension: Extension;
  readonly index: number;
}

/** What is wrong between extensions: two of one name, values that nobody provides, circles. */
export function orderFindings(entries: readonly Entry[]): readonly Finding[] {
  return [
    ...entries.flatMap((entry) => sameName(entry, entries)),
    ...entries.flatMap((entry) => missingValues(entry, entries)),
    ...entries.flatMap((entry) => hiddenValues(entry, entries)),
    ...circle(entries),
  ];
}

function sameName({ extension, index }: Entry, entries: readonly Entry[]): readonly Finding[] {
  const first = entries.find((other) => other.extension.name === extension.name);
  if (!first || first.index === index) return [];
  return [
    {
      code: 'CONFIG_DUPLICATE',
      path: ['extensions', index, 'source'],
      says: () => `Two extensions are named ${extension.name}`,
      next: 'Logs, shared values and approvals go by name. Give one of them another name.',
    },
  ];
}

function missingValues({ extension, index }: Entry, entries: readonly Entry[]): readonly Finding[] {
  const provided = new Set(
    entries.flatMap(({ extension: { name, manifest } }) =>
      manifest.provides.map((key) => `${name}.${key}`),
    ),
  );
  return extension.manifest.consumes
    .filter((value) => !provided.has(value))
    .map((value) => ({
      code: 'CONFIG_WARNING',
      severity: 'warning',
      path: ['extensions', index, 'source'],
      says: () => `The extension ${extension.name} reads ${value}, which no extension provides`,
      next: `Add the extension ${providerOf(value)}, or leave it: ${extension.name} has to do without.`,
    }));
}

function hiddenValues({ extension, index }: Entry, entries: readonly Entry[]): readonly Finding[] {
  const others = entries.map((entry) => entry.extension);
  return extension.manifest.consumes
    .filter((value) => isHidden(providerOf(value), extension, others))
    .map((value) => ({
      code: 'CONFIG_WARNING',
      severity: 'warning',
      path: ['extensions', index, 'mode'],
      at: 'entry',
      says: () =>
        `The extension ${extension.name} reads ${value}, and ${providerOf(value)} runs in the shadow`,
      next: `Let both run in the shadow, or neither: ${extension.name} has to do without it.`,
    }));
}

/** Those that no order would ever let run. */
function circle(entries: readonly Entry[]): readonly Finding[] {
  const all = entries.map(({ extension, index }) => ({ ...extension, index }));
  const last = inWaves(all).at(-1) ?? [];
  const names = new Set(last.map(({ name }) => name));
  return last
    .filter((one) => waitsFor(one, names))
    .map(({ name, index, manifest }) => {
      const others = manifest.consumes.filter((value) => names.has(providerOf(value)));
      return {
        code: 'CONFIG_CONFLICT',
        path: ['extensions', index, 'source'],
        says: () => `The extension ${name} would wait for ever: it reads ${others.join(', ')}`,
        next: `Of ${[...names].join(', ')}, each one waits for another. One has to do without consumes.`,
      };
    });
}

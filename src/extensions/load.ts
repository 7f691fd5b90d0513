import type { ExtensionConfig, Fault } from '../config/config.ts';
import type { Finding } from '../config/document/finding.ts';
import { EntradaError, isEntradaError } from '../errors.ts';
import type { Bundle } from './bundle.ts';
import { bundleApart } from './bundler/bundler.ts';
import { checkConfig } from './config-schema.ts';
import { type EffectiveGrant, effectiveGrant, shortfalls } from './grant.ts';
import { limitsOf, type Limits } from './limits.ts';
import { type Manifest, parseManifest, readManifest } from './manifest.ts';
import { Sources } from './source-map.ts';
import { integrityOf } from './version.ts';
import type { VersionArchive } from './versions/archive.ts';

/** An extension that is built, approved and granted; nothing of it has run. */
export interface BuiltExtension {
  /** Name and hash: what tells it from every other in a runner. */
  readonly id: string;
  readonly name: string;
  /** `sha256-…` over manifest, bundle and interface. */
  readonly integrity: string;
  readonly manifest: Manifest;
  readonly config: ExtensionConfig;
  readonly bundle: Bundle;
  readonly sources: Sources;
  readonly grant: EffectiveGrant;
  readonly limits: Limits;
  /** Holds raw tokens or is shown passwords: no other extension shares its runner. */
  readonly dedicated: boolean;
  /** Of `mapping`: which rules are behind each part of a patch. Left out for all others. */
  readonly rules?: { readonly [target: string]: string };
  /** Who answers for its code: no other owner's extension shares its runner. Null: the operator. */
  readonly owner: string | null;
}

/** A built extension, or why there is none. Findings are about `entrada.yaml`, faults about the extension's own files. */
export interface BuildResult {
  readonly extension: BuiltExtension | null;
  readonly findings: readonly Finding[];
  readonly faults: readonly Fault[];
}

/**
 * Reads, builds and checks one entry of `extensions`: manifest, bundle, approval, grants, config. Everything that is wrong
 * is found in one run.
 *
 * @param index Which entry, for the paths of findings.
 * @param allowUnapproved The demo and development: a missing `integrity` is no fault.
 * @param archive Versions that were approved before. The one that `integrity` names runs from there when the folder has
 *   another one by now, so that no change of a folder comes between people and a gateway.
 * @param build Default: it is bundled, whatever was made before.
 */
export async function buildExtension(
  config: ExtensionConfig,
  index: number,
  allowUnapproved: boolean,
  archive?: Pick<VersionArchive, 'find'>,
  build: Build = bundleApart,
): Promise<BuildResult> {
  const fresh = await buildFolder(config.source, build);
  const { integrity: approved } = config;
  if (approved !== null && (!fresh.ok || fresh.version.integrity !== approved)) {
    const kept = archive?.find(approved);
    const manifest = kept && parseManifest(kept.manifest);
    if (manifest) {
      const version = { manifest, text: kept.manifest, bundle: kept, integrity: approved };
      return settle(version, config, index, [fromArchive(version, fresh, index)]);
    }
  }
  if (!fresh.ok) return notBuilt(fresh.faults, index);
  const { version } = fresh;
  return settle(
    version,
    config,
    index,
    approval(config, version.integrity, index, allowUnapproved),
  );
}

/** A folder without a manifest is a slip of the operator's: it is told at the entry that names the folder. */
function notBuilt(all: readonly Fault[], index: number): BuildResult {
  const findings = all.filter(isAboutFolder).map(({ code, message, next }): Finding => ({
    code,
    path: ['extensions', index, 'source'],
    says: () => message.replace(/\.$/, ''),
    ...(next === undefined ? {} : { next }),
  }));
  return { extension: null, findings, faults: all.filter((fault) => !isAboutFolder(fault)) };
}

const isAboutFolder = ({ code }: Fault): boolean => code === 'EXTENSION_UNREADABLE';

/** A manifest and what it was built to, with their hash. */
export interface BuiltVersion {
  readonly manifest: Manifest;
  /** Text of `extension.yaml`. */
  readonly text: string;
  readonly bundle: Bundle;
  readonly integrity: string;
}

/** What is in an extension's folder, or everything that is wrong with it. */
export type BuiltFolder =
  | { readonly ok: true; readonly version: BuiltVersion }
  | { readonly ok: false; readonly faults: readonly Fault[] };

/** Makes the bundle of a folder, or finds the one that was made. Both throw as `bundle`. */
export type Build = (folder: string, entry: string) => Promise<Bundle>;

/** Reads and builds what is in an extension's folder. */
export async function buildFolder(
  folder: string,
  build: Build = bundleApart,
): Promise<BuiltFolder> {
  const read = await readManifest(folder);
  if (!read.ok) return read;
  const { manifest, text } = read;
  try {
    const built = await build(folder, manifest.entry);
    const integrity = integrityOf(text, built.code);
    return { ok: true, version: { manifest, text, bundle: built, integrity } };
  } catch (error) {
    if (!isEntradaError(error)) throw error;
    return { ok: false, faults: [toFault(error, manifest)] };
  }
}

function settle(
  { manifest, bundle: built, integrity }: BuiltVersion,
  config: ExtensionConfig,
  index: number,
  approvals: readonly Finding[],
): BuildResult {
  const findings = [
    ...approvals,
    ...grantFindings(manifest, config, index),
    ...configFindings(manifest, config, index),
  ];
  const sound = findings.every(({ severity }) => severity === 'warning');
  const extension = sound ? assemble(manifest, config, built, integrity) : null;
  return { extension, findings, faults: [] };
}

function fromArchive(
  { manifest: { name, version } }: BuiltVersion,
  fresh: BuiltFolder,
  index: number,
): Finding {
  const why = fresh.ok
    ? `the folder has another version (${fresh.version.manifest.version}), which nobody approved`
    : 'what is in the folder does not build';
  return {
    code: 'EXTENSION_UNAPPROVED',
    severity: 'warning',
    path: ['extensions', index, 'integrity'],
    says: () => `The extension ${name} runs as it was approved (${version}): ${why}`,
    next: `To take what is in the folder, run: entrada extension approve ${name}`,
  };
}

/** Puts together what was read, built and granted. */
export function assemble(
  manifest: Manifest,
  config: ExtensionConfig,
  built: Bundle,
  integrity: string,
): BuiltExtension {
  const grant = effectiveGrant(manifest, config.grant);
  return {
    id: `${manifest.name}@${integrity.slice('sha256-'.length, 'sha256-'.length + 12)}`,
    name: manifest.name,
    integrity,
    manifest,
    config,
    bundle: built,
    sources: new Sources(built.map),
    grant,
    limits: limitsOf(config.limits),
    dedicated: manifest.requests.password || grant.tokens.some(({ expose }) => expose === 'raw'),
    owner: config.owner ?? null,
  };
}

function approval(
  { integrity: approved, mode }: ExtensionConfig,
  integrity: string,
  index: number,
  allowUnapproved: boolean,
): readonly Finding[] {
  if (approved === integrity) return [];
  if (approved === null && (allowUnapproved || mode !== 'enforce')) return [];
  const key = approved === null ? [] : ['integrity'];
  return [
    {
      code: 'EXTENSION_UNAPPROVED',
      path: ['extensions', index, ...key],
      says: () =>
        approved === null
          ? 'The extension was never approved'
          : 'The extension is not the one that was approved: its manifest, its code or what it imports has changed',
      next: `Review it with: entrada extension approve. It shows what changed and sets integrity: ${integrity}`,
    },
  ];
}

function grantFindings(
  manifest: Manifest,
  config: ExtensionConfig,
  index: number,
): readonly Finding[] {
  return shortfalls(manifest, config.grant).map(({ what, required }) => ({
    code: 'CONFIG_GRANT_NARROWER',
    severity: required ? 'error' : 'warning',
    path: ['extensions', index, 'source'],
    says: () =>
      `The extension ${manifest.name} ${required ? 'cannot do without' : 'asks for'} what is not granted: ${what}`,
    next: required
      ? 'Grant it, or leave the extension out.'
      : 'Grant it, or leave it: the extension has to do without.',
  }));
}

function configFindings(
  manifest: Manifest,
  config: ExtensionConfig,
  index: number,
): readonly Finding[] {
  return checkConfig(manifest.config, config.config).map(({ path, says }) => ({
    code: 'EXTENSION_CONFIG_INVALID',
    path: ['extensions', index, 'config', ...path],
    says,
  }));
}

function toFault(error: EntradaError, { name }: Manifest): Fault {
  const { code, message, next, position } = error;
  return {
    severity: 'error',
    code,
    message: `${name}: ${message}`,
    path: '',
    ...(next === undefined ? {} : { next }),
    ...(position === undefined ? {} : { position }),
  };
}

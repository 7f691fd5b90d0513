import { readFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

import type { OutputChunk } from 'rolldown';

/** A package from npm of which something is in a bundle. */
export interface BundledPackage {
  readonly name: string;
  readonly version: string;
  /** As its author says it: an SPDX expression, mostly; null where it says nothing. */
  readonly license: string | null;
  /** Of what is in the bundle, before anything is left out between its parts. Unit: UTF-16 code units. */
  readonly size: number;
}

/** Packages of which something is in a bundle, by name and version. */
export function packagesIn({ modules }: Pick<OutputChunk, 'modules'>): readonly BundledPackage[] {
  const sizes = new Map<string, number>();
  for (const [id, { renderedLength }] of Object.entries(modules)) {
    const manifest = renderedLength === 0 ? undefined : manifestOf(id);
    if (manifest !== undefined) sizes.set(manifest, (sizes.get(manifest) ?? 0) + renderedLength);
  }
  return [...sizes]
    .map(([manifest, size]) => ({ ...readPackage(manifest), size }))
    .toSorted((one, other) => one.name.localeCompare(other.name, 'en'));
}

const IN_PACKAGE = /^(.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+)[\\/]/;

/** The manifest of the package that a module is of; those that only say of what kind files are do not count. */
function manifestOf(id: string): string | undefined {
  const [file = ''] = id.split('?', 1);
  const folder = IN_PACKAGE.exec(file)?.[1];
  if (folder === undefined || !path.isAbsolute(file)) return undefined;
  const name = folder.slice(folder.lastIndexOf('node_modules') + 'node_modules/'.length);
  return findPackageJSON(
    name.replaceAll('\\', '/'),
    pathToFileURL(path.join(folder, '..', '..', '-')),
  );
}

function readPackage(manifest: string): Omit<BundledPackage, 'size'> {
  const parsed: { readonly [key: string]: unknown } = JSON.parse(readFileSync(manifest, 'utf8'));
  const { name, version, license } = parsed;
  return { name: String(name), version: String(version), license: licenseOf(license) };
}

/** Old packages name it in an object. */
function licenseOf(license: unknown): string | null {
  if (typeof license === 'string') return license;
  if (typeof license !== 'object' || license === null || !('type' in license)) return null;
  return String(license.type);
}

import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

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
    const folder = renderedLength === 0 ? undefined : folderOf(id);
    if (folder !== undefined) sizes.set(folder, (sizes.get(folder) ?? 0) + renderedLength);
  }
  return [...sizes]
    .map(([folder, size]) => ({ ...readPackage(folder), size }))
    .toSorted((one, other) => one.name.localeCompare(other.name, 'en'));
}

const IN_PACKAGE = /^(.*[\\/]node_modules[\\/]((?:@[^\\/]+[\\/])?[^\\/]+))[\\/]/;

/** The folder of the package that a module is of: further manifests below it only say of what kind files are. */
function folderOf(id: string): string | undefined {
  const [file = ''] = id.split('?', 1);
  return path.isAbsolute(file) ? IN_PACKAGE.exec(file)?.[1] : undefined;
}

/** What it says of itself. One without a manifest can be imported all the same, and is told by the name of its folder. */
function readPackage(folder: string): Omit<BundledPackage, 'size'> {
  const manifest = path.join(folder, 'package.json');
  const parsed: { readonly [key: string]: unknown } = existsSync(manifest)
    ? JSON.parse(readFileSync(manifest, 'utf8'))
    : {};
  const [, , usual = ''] = IN_PACKAGE.exec(folder + path.sep) ?? [];
  const { name = usual.replaceAll('\\', '/'), version = 'unknown', license } = parsed;
  return { name: String(name), version: String(version), license: licenseOf(license) };
}

/** Old packages name it in an object. */
function licenseOf(license: unknown): string | null {
  if (typeof license === 'string') return license;
  if (typeof license !== 'object' || license === null || !('type' in license)) return null;
  return String(license.type);
}

import { isIP } from 'node:net';
import { warning, type Finding } from '../document/finding.ts';
import type { Path } from '../document/path.ts';
import type { Salvaged } from '../document/salvage.ts';
import type { ExtensionEntry } from '../schema/extension.ts';
import { knownOrigin } from '../values/resource.ts';
import type { CheckContext, SoundFile } from './check.ts';
import { present } from './entries.ts';

type SoundExtension = NonNullable<Salvaged<ExtensionEntry>>;

/** @yields What is wrong within the entries of `extensions`. */
export function* findExtensionFaults(file: SoundFile, context: CheckContext): Iterable<Finding> {
  for (const [index, extension] of present(file.extensions)) {
    const path = ['extensions', index];
    yield* unapproved(path, extension, context);
    yield* failOpen(path, extension);
    yield* tokenFaults([...path, 'grant', 'tokens'], extension);
    yield* numberedHosts([...path, 'grant'], extension);
    yield* ownOrigin([...path, 'grant', 'fetch'], extension, file.server?.public_url);
  }
}

function* unapproved(
  path: Path,
  { mode, integrity }: SoundExtension,
  { allowUnapproved }: CheckContext,
): Iterable<Finding> {
  if (mode !== 'enforce' || integrity !== undefined || allowUnapproved) return;
  yield {
    code: 'CONFIG_MISSING_KEY',
    path: [...path, 'integrity'],
    at: 'entry',
    says: () => 'The key integrity is missing: an extension is enforced only as it was approved',
    next: 'Read the extension, then run: entrada extension approve.',
    needs: [[...path, 'integrity']],
  };
}

function* failOpen(path: Path, extension: SoundExtension): Iterable<Finding> {
  const { mode, on_failure: policy, acknowledge_fail_open: acknowledged } = extension;
  if (acknowledged !== false || mode === 'off' || policy === undefined) return;
  const kinds = typeof policy === 'string' ? [policy] : Object.values(policy);
  if (!kinds.includes('allow')) return;
  yield {
    code: 'CONFIG_MISSING_KEY',
    path: [...path, 'on_failure'],
    at: 'key',
    says: () => 'A failure that is allowed lets people in unchecked by this extension',
    next: 'Write deny, or add acknowledge_fail_open: true beside on_failure.',
  };
}

function* tokenFaults(path: Path, { grant }: SoundExtension): Iterable<Finding> {
  for (const [index, token] of present(grant?.tokens)) {
    const needs = [[...path, index, 'origins']];
    if (
      token.resource !== undefined &&
      token.origins === undefined &&
      knownOrigin(token.resource) === undefined
    ) {
      yield {
        code: 'CONFIG_MISSING_KEY',
        path: [...path, index, 'origins'],
        at: 'entry',
        says: () =>
          'The key origins is missing: only for Microsoft Graph and Azure Resource Manager is it known where tokens go',
        next: 'Add the exact origins of the API, as in origins: [https://ACCOUNT.blob.core.windows.net].',
        needs,
      };
    }
    if (token.expose !== 'raw') continue;
    yield warning(
      [...path, index, 'expose'],
      () => 'The extension holds the token itself and could send it anywhere',
      {
        next: 'Write handle, unless the extension cannot work with a stand-in.',
      },
    );
  }
}

/** Extensions reach hosts by name alone: a number says nothing of who answers there. */
function* numberedHosts(path: Path, { grant }: SoundExtension): Iterable<Finding> {
  for (const [index, token] of present(grant?.tokens)) {
    for (const [place, origin] of present(token.origins)) {
      yield* numberedHost([...path, 'tokens', index, 'origins', place], origin);
    }
  }
  for (const [index, destination] of present(grant?.fetch)) {
    const place = [...path, 'fetch', index];
    if ('origin' in destination) yield* numberedHost([...place, 'origin'], destination.origin);
    if ('url' in destination) yield* numberedHost([...place, 'url'], destination.url?.reveal());
  }
}

function* numberedHost(path: Path, text: string | undefined): Iterable<Finding> {
  const host = URL.parse(text ?? '')?.hostname.replace(/^\[|\]$/g, '') ?? '';
  if (isIP(host) === 0) return;
  yield warning(path, () => 'The host is a number: calls to hosts without a name are refused', {
    next: 'Write the name that its certificate has.',
  });
}

function* ownOrigin(
  path: Path,
  { grant }: SoundExtension,
  publicUrl: string | undefined,
): Iterable<Finding> {
  for (const [index, destination] of present(grant?.fetch)) {
    if (publicUrl === undefined || !('origin' in destination) || destination.origin !== publicUrl)
      continue;
    yield warning(
      [...path, index, 'origin'],
      (it) => `${it} is public_url: calls to Entrada itself are refused`,
      {
        next: 'Take it out.',
      },
    );
  }
}

import { isAbsolute, resolve as resolvePath } from 'node:path';
import type { Resolve, Resolved } from './document/substitution.ts';
import { quote } from './document/quote.ts';
import { isOpenToAll, tryRead, type ConfigFiles } from './config-files.ts';
import { closeToOthers } from './shell-word.ts';
import { parsed, refused, type Problem } from './values/parsed.ts';

/** Where values come from that the file does not hold itself. */
export interface Sources {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly files: ConfigFiles;
  /** Absolute path of the folder that relative paths start at. */
  readonly directory: string;
}

/** Gives the values of `${env:NAME}` and `${file:PATH}`. */
export function resolveFrom(sources: Sources): Resolve {
  return (kind, name, secret) => {
    const resolved = Object.hasOwn(KINDS, kind) ? KINDS[kind]?.(sources, name, secret) : undefined;
    return resolved ?? refused(() => `\${${kind}:…} is not known`, { next: FORM });
  };
}

const FORM = 'Write ${env:NAME} or ${file:PATH}, or $${ for a ${ that stays as it is.';

const KINDS: Readonly<
  Record<string, (sources: Sources, name: string, secret: boolean) => Resolved>
> = { env: fromEnvironment, file: fromFile };

function fromEnvironment({ environment }: Sources, name: string, secret: boolean): Resolved {
  const value = Object.hasOwn(environment, name) ? environment[name] : undefined;
  if (value !== undefined && !(secret && value === '')) return parsed(value);
  const state = value === undefined ? 'not set' : 'empty';
  return refused(() => `The environment variable ${quote(name)} is ${state}`, {
    code: 'CONFIG_SECRET_UNSET',
    next: `Set ${quote(name)} where Entrada is started.`,
  });
}

function fromFile(sources: Sources, name: string, secret: boolean): Resolved {
  const path = isAbsolute(name) ? name : resolvePath(sources.directory, name);
  const file = tryRead(sources.files, path);
  if (!file.ok) {
    return refused(() => `The file ${quote(name)} ${file.why}`, {
      code: 'CONFIG_SECRET_UNSET',
      next: `Relative paths start at ${sources.directory}.`,
    });
  }
  const value = file.text.replace(/\r?\n$/, '');
  if (secret && value === '') {
    return refused(() => `The file ${quote(name)} is empty`, { code: 'CONFIG_SECRET_UNSET' });
  }
  if (!secret || !isOpenToAll(sources.files, path)) return parsed(value);
  return { ...parsed(value), remark: openToAll(name, path) };
}

function openToAll(name: string, path: string): Problem {
  return {
    says: () => `Every user of this machine can read the file ${quote(name)}`,
    next: `Run: ${closeToOthers(path)}`,
  };
}

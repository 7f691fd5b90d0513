import type { Config, EntraIdConfig, Fault, Loaded } from '../../src/config/config.ts';
import type { ConfigFiles } from '../../src/config/config-files.ts';
import { readConfig, type LoadOptions } from '../../src/config/load.ts';

/** A key line that was made at random, for tests alone. */
export const KEY = 'k1:6dZ0cJ0nVqHhJm3xk1oQeU2yWv9sTzR4bLaPfGiCuXw';

/** A second one. */
export const OTHER_KEY = 'k2:qBvT8mYwLr5sNcKd0XeHj3uFgZpQa7iO1tWxRlVnM2E';

export const TENANT = '8b1f0c52-5d0a-4c1e-9b52-2f6d7a1e9c10';
export const APPLICATION = '5e2a9d34-77c1-4f0b-8a43-0c9be51d6f28';

/** A client secret that no output may hold. */
export const CLIENT_SECRET = 'Zq8~hunter2.correct-horse';

/** A part of the configuration, as JSON: every JSON text is YAML. */
export type Json = { readonly [key: string]: unknown };

/** The least that is a right method, with more. */
export function entraId(more: Json = {}): Json {
  return {
    id: 'm1',
    type: 'entra-id',
    directory_id: TENANT,
    application_id: APPLICATION,
    base_groups: ['g1'],
    ...more,
  };
}

/** The least that is a right extension, with more. */
export function extension(more: Json = {}): Json {
  return { source: 'extensions/gate', mode: 'shadow', ...more };
}

/** The least that is a right configuration without warnings, with more. */
export function fileWith(more: Json = {}): Json {
  return {
    version: 1,
    server: serverWith(),
    keys: [KEY],
    authentications: [entraId()],
    groups: [{ id: 'g1', name: 'People' }],
    services: [{ type: 'file-browser', path: '/' }],
    ...more,
  };
}

/** The least that is a right `server`, with more. */
export function serverWith(more: Json = {}): Json {
  return {
    public_url: 'https://gw.example',
    tls: 'off',
    trusted_proxies: ['10.0.0.0/8'],
    ...more,
  };
}

/** Files from memory, by path; what has no entry does not exist. */
export function filesOf(
  contents: Readonly<Record<string, string | Uint8Array>>,
  mode = 0o600,
): ConfigFiles {
  return {
    read: (path) => {
      const content = contents[path];
      if (content === undefined) throw Object.assign(new Error('no file'), { code: 'ENOENT' });
      return typeof content === 'string' ? new TextEncoder().encode(content) : content;
    },
    mode: () => mode,
  };
}

/** Reads a configuration that is given as JSON. */
export function readJson(file: unknown, options: Partial<LoadOptions> = {}): Loaded {
  return readText(JSON.stringify(file), options);
}

/** Reads the text of a configuration in the folder `/etc/entrada`, where there are no files and no variables. */
export function readText(text: string, options: Partial<LoadOptions> = {}): Loaded {
  return readConfig(text, '/etc/entrada/entrada.yaml', {
    environment: {},
    files: filesOf({}),
    ...options,
  });
}

/** Faults as `CODE path`, warnings as `warning path`. */
export function brief(faults: readonly Fault[]): readonly string[] {
  return faults.map(({ severity, code, path }) =>
    `${severity === 'error' ? code : 'warning'} ${path}`.trim(),
  );
}

/** The faults of a configuration that is given as JSON. */
export function faultsOf(file: unknown, options: Partial<LoadOptions> = {}): readonly string[] {
  return brief(readJson(file, options).faults);
}

/** The first method of a file that must be right, of `type: entra-id`. */
export function entraIdOf(file: unknown, options: Partial<LoadOptions> = {}): EntraIdConfig {
  const [method] = configOf(file, options).authentications;
  if (method?.type !== 'entra-id') throw new Error('no method of type entra-id');
  return method;
}

/** The configuration of a file that must be right. */
export function configOf(file: unknown, options: Partial<LoadOptions> = {}): Config {
  const loaded = readJson(file, options);
  if (!loaded.ok) throw new Error(`not right: ${JSON.stringify(loaded.faults, null, 2)}`);
  return loaded.config;
}

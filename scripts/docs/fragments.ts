import { existsSync } from 'node:fs';
import path from 'node:path';

import { parseDocument } from 'yaml';

import type { ConfigFiles } from '../../src/config/config-files.ts';
import type { Fault } from '../../src/config/config.ts';
import { readDocument } from '../../src/config/document.ts';
import { readConfig } from '../../src/config/load.ts';
import { buildExtension } from '../../src/extensions/load.ts';
import { manifestSchema } from '../../src/extensions/manifest-schema.ts';
import { fixtureSchema } from '../../src/extensions/replay/fixture.ts';
import { type Fence, ROOT } from './pages.ts';

type Members = { readonly [key: string]: unknown };

const METHOD = {
  id: '0c7f9a52-6f5e-4b61-9d50-2f1f3c7b8e11',
  type: 'entra-id',
  directory_id: '8b1f0c52-5d0a-4c1e-9b52-2f6d7a1e9c10',
  application_id: '5e2a9d34-77c1-4f0b-8a43-0c9be51d6f28',
  base_groups: ['staff'],
  group_association: 'base-and-azure-groups',
  // What an API needs that an extension is given tokens of.
  api_scopes: [
    'https://graph.microsoft.com/User.Read',
    'https://storage.azure.com/user_impersonation',
    'https://vault.azure.net/user_impersonation',
  ],
  password: '${env:CLIENT_SECRET}',
};

/** A whole configuration, to put fragments into. */
const WHOLE: Members = {
  version: 1,
  server: {
    public_url: 'https://files.example.com:8443',
    tls: { certificate: 'tls/server.crt', key: 'tls/server.key' },
  },
  keys: ['${file:secrets/keys.txt}'],
  authentications: [METHOD],
  groups: ['staff', 'Ledgers', 'Payroll'].map((name) => ({ id: name.toLowerCase(), name })),
  services: [{ type: 'file-browser', path: '/' }],
};

const MANIFEST: Members = { api: 1, name: 'example', version: '1.0.0' };

interface Form {
  /** Whether a fragment with these keys is of this form. */
  readonly is: (keys: readonly string[]) => boolean;
  readonly faults: (given: Members, fence: Fence, files: ConfigFiles) => Promise<readonly string[]>;
}

/** What a fragment can be a part of, by its keys; the first that fits. */
const FORMS: readonly Form[] = [
  { is: (keys) => keys.includes('hook'), faults: fixtureFaults },
  { is: (keys) => keys.includes('requests') || keys.includes('api'), faults: manifestFaults },
  { is: (keys) => keys.every((key) => TOP.has(key)), faults: fileFaults },
  {
    is: (keys) => keys.length === 1 && keys[0] === 'grant',
    faults: (given, fence, files) =>
      fileFaults({ extensions: [{ source: './extensions/another', ...given }] }, fence, files),
  },
  {
    is: (keys) => keys.every((key) => OF_METHOD.has(key)),
    faults: (given, fence, files) => fileFaults({ authentications: [given] }, fence, files),
  },
];

const TOP = new Set([
  ...Object.keys(WHOLE),
  'session',
  'store',
  'explain',
  'roles',
  'mapping',
  'extensions',
]);

const OF_METHOD = new Set([
  ...Object.keys(METHOD),
  'certificate',
  'federated_assertion',
  'password_expires',
  'proxy',
]);

/** What is wrong with a fixture, or with a fragment of `entrada.yaml` or `extension.yaml`, put where it belongs. */
export async function fragmentFaults(fence: Fence, files: ConfigFiles): Promise<readonly string[]> {
  const document = parseDocument(fence.code);
  const [broken] = document.errors;
  if (broken) return [at(fence, broken.message)];
  const given: Members = document.toJS();
  const form = FORMS.find(({ is }) => is(Object.keys(given)));
  return form ? form.faults(given, fence, files) : [at(fence, 'a fragment of nothing known')];
}

async function fixtureFaults(_: Members, fence: Fence): Promise<readonly string[]> {
  const result = readDocument(fence.code, fence.page.file, fixtureSchema);
  return result.ok ? [] : errorsAmong(result.faults, fence);
}

async function manifestFaults(given: Members, fence: Fence): Promise<readonly string[]> {
  const text = JSON.stringify({ ...MANIFEST, ...given });
  const result = readDocument(text, fence.page.file, manifestSchema);
  return result.ok ? [] : errorsAmong(result.faults, fence);
}

async function fileFaults(
  given: Members,
  fence: Fence,
  files: ConfigFiles,
): Promise<readonly string[]> {
  const text = JSON.stringify(completed(given));
  const loaded = readConfig(text, path.join(ROOT, 'entrada.yaml'), {
    environment: variablesOf(text),
    allowUnapproved: true,
    files,
  });
  if (!loaded.ok) return errorsAmong(loaded.faults, fence);
  const { config, report } = loaded;
  const built = await Promise.all(
    config.extensions
      .filter(({ source }) => existsSync(source))
      .map((extension, index) => buildExtension(extension, index, true)),
  );
  // A grant in a page is all that the extension asks for: a warning is a fault here.
  return built.flatMap((one) => [
    ...report(one.findings).map(({ message }) => at(fence, message)),
    ...errorsAmong(one.faults, fence),
  ]);
}

function completed(given: Members): Members {
  const { authentications, extensions } = given;
  return {
    ...WHOLE,
    ...given,
    ...(Array.isArray(authentications) && {
      authentications: authentications.map((one: Members) => withCredential(one)),
    }),
    ...(Array.isArray(extensions) && { extensions: extensions.map(withoutHash) }),
  };
}

/** A method has one credential: what the page gives is the one. */
function withCredential(given: Members): Members {
  if (given['type'] === 'extension') return given;
  const { password, ...rest } = METHOD;
  const own = ['certificate', 'federated_assertion'].some((key) => key in given);
  return own ? { ...rest, ...given } : { ...rest, password, ...given };
}

/** A hash in a page, or what stands for one, is that of some day. */
function withoutHash(extension: Members): Members {
  return { ...extension, integrity: undefined };
}

function errorsAmong(faults: readonly Fault[], fence: Fence): readonly string[] {
  return faults
    .filter(({ severity }) => severity === 'error')
    .map(({ message, path: key }) => at(fence, `${key}: ${message}`));
}

function at({ page, line }: Fence, message: string): string {
  return `${page.file}:${line}: ${message}`;
}

/** A value for every variable that a text names. */
export function variablesOf(text: string): { readonly [name: string]: string } {
  const names = [...text.matchAll(/\$\{env:(\w+)\}/g)].map(([, name]) => name ?? '');
  return Object.fromEntries(names.map((name) => [name, valueOf(name)]));
}

function valueOf(name: string): string {
  return name.endsWith('URL')
    ? 'https://hooks.example.com/secret-path'
    : 'a-value-of-the-environment';
}

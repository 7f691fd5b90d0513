import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';

import type { Area } from './areas.ts';

/** One test file in one of its variants, as one script. */
export interface Case {
  readonly area: string;
  /** Path in the checkout, with the variant's query. */
  readonly name: string;
  readonly script: string;
}

/** The lines of the log that carry the results, and the one that ends them. */
export const RESULT_MARK = '@@wpt-results ';
export const END_MARK = '@@wpt-end';

/** Makes the cases of an area. */
export function casesOf(root: string, area: Area): readonly Case[] {
  return area.folders
    .flatMap((folder) => globSync(`${folder}/**/*.{any,window,worker}.js`, { cwd: root }))
    .filter((file) => !area.without?.test(file))
    .toSorted()
    .flatMap((file) => variantsOf(root, area.name, file));
}

function variantsOf(root: string, area: string, file: string): readonly Case[] {
  const source = readFileSync(path.join(root, file), 'utf8');
  const meta = (key: string): string[] =>
    [...source.matchAll(new RegExp(`^// META: ${key}=(.*)$`, 'gm'))].map(([, value]) =>
      value!.trim(),
    );
  if (needsDocument(source)) return [];
  const scripts = meta('script').map((script) => readScript(root, file, script));
  const variants = meta('variant');
  return (variants.length === 0 ? [''] : variants).map((variant) => ({
    area,
    name: file + variant,
    script: assemble(root, file, variant, [...scripts, substitute(file, source)]),
  }));
}

/** Files that only a page with frames can run. */
function needsDocument(source: string): boolean {
  return /document\.(?:body|domain|querySelector|getElement|documentElement)|createElement\("?'?iframe/.test(
    source,
  );
}

function locate(root: string, file: string, name: string): string {
  return name.startsWith('/') ? path.join(root, name) : path.join(root, path.dirname(file), name);
}

function readScript(root: string, file: string, name: string): string {
  const found = locate(root, file, name);
  return existsSync(found) ? substitute(name, readFileSync(found, 'utf8')) : '';
}

/** What the server of Web Platform Tests would put into `.sub.` files. */
function substitute(name: string, source: string): string {
  if (!name.includes('.sub.')) return source;
  return source.replace(/\{\{(host|domains|hosts|ports)[^}]*\}\}/g, (_all, kind: string) =>
    kind === 'ports' ? '80' : 'web-platform.test',
  );
}

/** Files of the checkout that the scripts fetch by a name in quotes. */
function fetchedFiles(
  root: string,
  file: string,
  scripts: readonly string[],
): Record<string, string> {
  const files: Record<string, string> = {};
  for (const [, quoted] of scripts.join('\n').matchAll(/["'`]([\w./-]+)["'`]/g)) {
    const name = quoted!;
    const data = /\.(?:json|txt|html|bin)$/.test(name) ? locate(root, file, name) : '';
    const idl = path.join(root, 'interfaces', `${name}.idl`);
    if (data && existsSync(data)) files[name] = readFileSync(data, 'utf8');
    else if (/^[\w-]+$/.test(name) && existsSync(idl)) {
      files[`/interfaces/${name}.idl`] = readFileSync(idl, 'utf8');
    }
  }
  return files;
}

function assemble(root: string, file: string, variant: string, scripts: readonly string[]): string {
  const idl = scripts.some((script) => script.includes('idl_test('));
  const harness = readFileSync(path.join(root, 'resources/testharness.js'), 'utf8');
  const files = fetchedFiles(root, file, scripts);
  return [
    prologue(file, variant, files),
    harness,
    SETUP,
    idl ? WORKER_SCOPE : '',
    ...scripts.map((script) => script.replace(/^importScripts\(.*$/gm, '')),
    'done();',
  ].join('\n;\n');
}

/** What the tests expect of a global scope beside the platform. */
function prologue(file: string, variant: string, files: Record<string, string>): string {
  const href = `http://web-platform.test/${file.replace(/\.js$/, '.html')}`;
  return `
    globalThis.self ??= globalThis;
    // The harness would wait for the messages of a page.
    for (const scope of ['ServiceWorkerGlobalScope', 'WorkerGlobalScope']) delete globalThis[scope];
    globalThis.GLOBAL = { isWindow: () => false, isWorker: () => true, isShadowRealm: () => false };
    globalThis.location ??= { href: ${JSON.stringify(href + variant)}, search: ${JSON.stringify(variant)},
      pathname: ${JSON.stringify(`/${file}`)}, origin: 'http://web-platform.test', protocol: 'http:',
      host: 'web-platform.test', hostname: 'web-platform.test', port: '', hash: '',
      toString() { return this.href; } };
    var __write = globalThis.__wptWrite ?? console.log.bind(console);
    var __files = ${JSON.stringify(files)};
    var __fetch = globalThis.fetch;
    if (Object.keys(__files).length > 0) globalThis.fetch = function fetch(input, init) {
      return typeof input === 'string' && Object.hasOwn(__files, input)
        ? Promise.resolve(new Response(__files[input]))
        : __fetch(input, init);
    };
  `;
}

const SETUP = `
  setup({ explicit_done: true });
  add_completion_callback((tests, status) => {
    const results = tests.map(({ name, status, message }) => ({ name, status, message: (message ?? '').slice(0, 300) }));
    const text = JSON.stringify({ status: status.status, message: status.message, results })
      .replace(/[^ -~]/g, (unit) => '\\\\u' + unit.charCodeAt(0).toString(16).padStart(4, '0'));
    // In pieces, since a line of a log is limited.
    for (let at = 0; at < text.length; at += 8000) __write(${JSON.stringify(RESULT_MARK)} + text.slice(at, at + 8000));
    __write(${JSON.stringify(END_MARK)});
  });
`;

/** The IDL harness has to be told which kind of scope this is; workers come nearest. */
const WORKER_SCOPE = `
  globalThis.DedicatedWorkerGlobalScope = class { static [Symbol.hasInstance](value) { return value === self; } };
`;

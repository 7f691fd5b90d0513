import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import type { ExecutionContext } from 'ava';

import { temporaryFolder } from './temporary-folder.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');

/** A block of a page, with what stands behind its language. */
export interface Step {
  readonly language: string;
  /** Of a `console`: nothing, `fails` or `background`; of all others a file, perhaps with ` as it is`. */
  readonly about: string;
  readonly code: string;
  /** Line of the page. */
  readonly line: number;
}

/** The blocks of a page, in order. */
export function stepsOf(file: string): readonly Step[] {
  const page = readFileSync(path.join(ROOT, file), 'utf8');
  return [...page.matchAll(/^```(\w+) ?([^\n]*)\n([\s\S]*?)^```$/gm)].map(
    ({ 1: language = '', 2: about = '', 3: code = '', index }) => ({
      language,
      about,
      code,
      line: page.slice(0, index).split('\n').length + 1,
    }),
  );
}

/** What the commands of a step printed, and what the page says that they print. */
export interface Shown {
  readonly printed: string;
  readonly written: string;
}

/**
 * Somebody who follows a page to the letter, in a folder and a shell of their own: files are written where the page says,
 * commands are typed as they stand. Ports of the page are replaced by free ones, and back in what is printed.
 */
export class Reader {
  readonly #t: ExecutionContext;
  readonly #home: string;
  readonly #ports: readonly (readonly [page: string, own: string])[];
  readonly #environment: { [name: string]: string | undefined };
  /** Where files of the page are: the folder that the reader first changed to. */
  #project: string;
  #cwd: string;

  constructor(t: ExecutionContext, ports: { readonly [page: string]: number }) {
    this.#t = t;
    this.#home = temporaryFolder(t);
    this.#project = this.#home;
    this.#cwd = this.#home;
    this.#ports = Object.entries(ports).map(([page, own]) => [page, `${own}`]);
    this.#environment = { ...process.env, NO_COLOR: '1', PATH: this.#installed() };
    delete this.#environment['FORCE_COLOR'];
  }

  /** Does what a step says; answers what there is to compare. */
  async follow(step: Step): Promise<Shown | undefined> {
    if (step.language === 'console') return this.#type(step);
    const [file = '', ...rest] = step.about.split(' ');
    if (file === '') return undefined;
    const place = path.join(this.#project, file);
    if (rest.length > 0) return { printed: readFileSync(place, 'utf8'), written: step.code };
    writeFileSync(place, this.#mine(step.code));
    return undefined;
  }

  async #type({ about, code }: Step): Promise<Shown> {
    const commands = code.split('\n').filter((line) => line.startsWith('$ '));
    let printed = '';
    for (const line of commands) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other, as they are typed
      printed += `${line}\n${await this.#run(line.slice(2), about)}`;
    }
    const lines = this.#ofPage(printed).trimEnd().split('\n');
    const written = code.trimEnd();
    // What runs on says more and more: the page has how it begins.
    const shown = about === 'background' ? lines.slice(0, written.split('\n').length) : lines;
    return { printed: shown.join('\n'), written };
  }

  async #run(line: string, about: string): Promise<string> {
    const [word = '', ...rest] = line.split(' ');
    if (word === 'cd') return this.#enter(rest.join(' '));
    if (word === 'export') return this.#export(rest.join(' '));
    if (about === 'background') return this.#leave(line);
    const { code, text } = await this.#shell(line);
    const expected = about === 'fails' ? 1 : 0;
    if (code !== expected) throw new Error(`${line} ended with ${code}:\n${text}`);
    return text;
  }

  #enter(folder: string): string {
    this.#cwd = path.resolve(this.#cwd, folder);
    if (this.#project === this.#home) this.#project = this.#cwd;
    return '';
  }

  #export(assignment: string): string {
    const [name = '', value = ''] = assignment.split('=');
    this.#environment[name] = value;
    return '';
  }

  #shell(line: string): Promise<{ readonly code: number; readonly text: string }> {
    const child = this.#spawn(line);
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
    return new Promise((resolve) => {
      child.on('close', (code) => resolve({ code: code ?? -1, text }));
    });
  }

  /** Starts what runs until the test ends; answers what it printed when it was quiet for a moment after its first line. */
  #leave(line: string): Promise<string> {
    const child = this.#spawn(`exec ${line}`);
    this.#t.teardown(
      () =>
        new Promise<void>((resolve) => {
          child.on('close', () => resolve());
          child.kill();
        }),
    );
    let text = '';
    return new Promise((resolve, reject) => {
      child.stdout.on('data', (chunk: Buffer) => {
        text += chunk.toString();
        if (READY.test(text)) resolve(text);
      });
      child.on('close', (code) => reject(new Error(`${line} ended with ${code}:\n${text}`)));
    });
  }

  #spawn(line: string) {
    return spawn('bash', ['-c', `${this.#mine(line)} 2>&1`], {
      cwd: this.#cwd,
      env: this.#environment,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
  }

  /** The package as npm would have put it there, in its sources, and its command. */
  #installed(): string {
    const modules = path.join(this.#home, 'node_modules');
    const bin = path.join(modules, '.bin');
    mkdirSync(bin, { recursive: true });
    for (const [name, target] of PACKAGES) {
      if (existsSync(target)) symlinkSync(target, path.join(modules, name));
    }
    const main = path.join(ROOT, 'src/cli/main.ts');
    const command = `#!/bin/sh\nexec '${process.execPath}' --conditions=entrada:source '${main}' "$@"\n`;
    writeFileSync(path.join(bin, 'entrada'), command, { mode: 0o755 });
    return `${bin}:${process.env['PATH'] ?? ''}`;
  }

  #mine(text: string): string {
    return this.#ports.reduce((done, [page, own]) => done.replaceAll(page, own), text);
  }

  #ofPage(text: string): string {
    const elsewhere = text.replaceAll(`${this.#home}/`, '/home/you/');
    return this.#ports.reduce((done, [page, own]) => done.replaceAll(own, page), elsewhere);
  }
}

const PACKAGES: readonly (readonly [name: string, target: string])[] = [
  ['entrada', ROOT],
  ['ava', path.join(ROOT, 'node_modules/ava')],
  ['typescript', path.join(ROOT, 'node_modules/typescript')],
];

/** The last words of what runs until it is stopped. */
const READY = /Ctrl-C ends it\.|"msg":"ready"/;

/** True when the page says what was printed; a line `…` stands for any number of lines. */
export function saysSo({ printed, written }: Shown): boolean {
  const parts = steady(written).split('\n…\n');
  const form = parts.map((part) => RegExp.escape(part)).join('\n(?:.*\n)*?');
  return new RegExp(`^${form}$`).test(steady(printed));
}

/** Times, sizes and hashes differ from one run to the next; everything else is compared. */
export function steady(text: string): string {
  return sortedTests(text)
    .replaceAll(/\d+(?:\.\d+)? (ms|s|KiB|MiB)\b/g, '# $1')
    .replaceAll(/ +$/gm, '')
    .replaceAll(/sha256-[A-Za-z0-9+/]{43}=/g, 'sha256-#')
    .trimEnd();
}

/** Tests of a file run at the same time: which one ends first is chance. */
function sortedTests(text: string): string {
  return text.replaceAll(/(?:^ {2}✔ .*\n)+/gm, (lines) => lines.split('\n').toSorted().join('\n'));
}

/** Which part may import which: the order of CONTRIBUTING.md. */

/** From left to right. A part imports itself and what stands before it. */
export const ORDER = [
  'errors',
  'clock',
  'deep-freeze',
  'contract',
  'config',
  'log',
  'store',
  'net',
  'entra',
  'authentication',
  'principal',
  'extensions',
  'session',
  'events',
  'files',
  'server',
  'gateway',
  'index',
  'emulator',
  'testing',
  'cli',
] as const;

/** Parts that may import less than what stands before them, each with its reason. */
export const ONLY: {
  readonly [part: string]: { readonly parts: readonly string[]; readonly why: string };
} = {
  errors: { parts: [], why: 'everything imports it' },
  clock: { parts: [], why: 'everything imports it' },
  'deep-freeze': { parts: [], why: 'everything imports it' },
  contract: { parts: [], why: 'it is types alone, and both sides of the boundary import it' },
  emulator: {
    parts: ['errors', 'clock', 'config'],
    why: 'it is a judge and shares no code with what it judges',
  },
  runner: {
    parts: ['errors', 'contract', 'frames'],
    why: 'a runner process may read nothing else',
  },
  sandbox: { parts: ['contract'], why: 'it runs inside isolates' },
  examples: { parts: [], why: 'authors have entrada/extension and entrada/testing alone' },
};

/** Names that a file may import beside other files: all others are packages of `package.json` or of Node. */
export const NAMES: { readonly [part: string]: RegExp } = {
  contract: /^$/,
  // What the platform bundles; nothing of it is there at run time.
  sandbox: /^(?:@exodus\/bytes|whatwg-url|web-streams-polyfill|urlpattern-polyfill)(?:\/|$)/,
  examples: /^(?:ava|entrada\/(?:extension|testing|emulator))$/,
};

/** Which part a file belongs to; undefined for what stands outside of the order: tests, scripts, benchmarks. */
export function partOf(file: string): string | undefined {
  if (file === 'sandbox/contract.ts') return 'contract';
  if (file === 'src/extensions/frames.ts') return 'frames';
  if (file.startsWith('src/extensions/runner/')) return 'runner';
  if (file.startsWith('sandbox/')) return 'sandbox';
  if (file.startsWith('extensions/')) return 'examples';
  return /^src\/([a-z-]+)/.exec(file)?.[1];
}

/** The runner and its frames stand where extensions stand, for all others. */
export function rankOf(part: string): number {
  const place = part === 'runner' || part === 'frames' ? 'extensions' : part;
  return ORDER.findIndex((one) => one === place);
}

export function isAllowed(from: string, to: string): boolean {
  if (from === to) return true;
  const only = ONLY[from];
  if (only) return only.parts.includes(to);
  return rankOf(to) !== -1 && rankOf(to) <= rankOf(from);
}

/** Parts that are one file are named by no folder. */
export function isFolder(part: string): boolean {
  return !['errors', 'clock', 'deep-freeze', 'contract', 'log', 'gateway', 'index'].includes(part);
}

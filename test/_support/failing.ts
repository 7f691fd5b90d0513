import type { FailureKind } from '../../sandbox/contract.ts';

/** A kind of failure that is the doing of the code. */
type OwnKind = Exclude<FailureKind, 'unavailable'>;

/** How guest code fails in each kind; a dependency is out of reach because its name is that of this machine. */
const WAYS: { readonly [kind in OwnKind]: string } = {
  throw: "throw new Error('broken');",
  timeout: 'await new Promise(() => {});',
  cpu: 'for (;;);',
  memory: 'const all = []; for (;;) all.push(new Array(100_000).fill(1.5));',
  limit: 'for (let i = 0; i < 200; i++) setTimeout(() => {}, 1_000); await new Promise(() => {});',
  invalid_result: "return 'allow';",
  dependency: "await fetch('https://hr.localhost/v2/people');",
};

export const OWN_KINDS: readonly string[] = Object.keys(WAYS);

/** Limits that an extension which fails reaches soon. */
export const SOON = { wall: '8s', cpu: '600ms', memory: '16MB' } as const;

/** What it has to be granted to fail in every kind. */
export const HR = { origin: 'https://hr.localhost', allow: ['GET /v2/people'] } as const;

/** `fail(kind)`: fails in that way. Of no known kind, it answers nothing. */
export const FAIL: string = `async function fail(kind) { ${Object.entries(WAYS)
  .map(([kind, code]) => `if (kind === '${kind}') { ${code} }`)
  .join('\n')} }`;

/**
 * `wait()`: never ends; and since it changed something before, it is not run again when its runner is lost. What it prints
 * says that it is under way.
 */
export const WAIT: string = `async function wait(ctx) {
  await ctx.kv.set('begun', 1);
  console.log('it is under way');
  await new Promise(() => {});
}`;

import type { Dice } from './dice.ts';

/** Values that a host does not like, as source. `V` stands for another one. */
const VALUES = [
  'undefined',
  'null',
  'NaN',
  '-0',
  '2 ** 53',
  '1n << 70n',
  "''",
  "'\\ud800'",
  "'x'.repeat(1e5)",
  "'__proto__'",
  "'constructor'",
  'Symbol.iterator',
  "Symbol.for('nodejs.util.inspect.custom')",
  '() => {}',
  'async () => { throw V; }',
  'function* () { yield V; }',
  'class { static get [Symbol.species]() { return V; } }',
  '[]',
  '[V, V]',
  'new Array(1e4)',
  '{}',
  '{ then(resolve) { resolve(V); } }',
  '{ toJSON() { return V; } }',
  '{ get x() { throw V; } }',
  '{ [Symbol.toPrimitive]() { return V; } }',
  '{ __proto__: V }',
  'new Proxy({}, { get: (t, name) => see(name), ownKeys: () => [], has: () => true })',
  'new Proxy(function () {}, { apply: (t, self, given) => see(given) })',
  'new Date(NaN)',
  '/(a+)+$/',
  'new Error(V)',
  'new Map([[V, V]])',
  'new Uint8Array(64)',
  'new ArrayBuffer(8, { maxByteLength: 64 })',
  'new Blob([V])',
  "new URL('https://api.example.com/a?b')",
  'new Headers()',
  "new Request('https://api.example.com/')",
  'new Response(V)',
  'new ReadableStream({ pull(c) { c.enqueue(V); c.close(); } })',
  'new AbortController().signal',
  'AbortSignal.abort(V)',
  'Promise.reject(V)',
  'Promise.resolve(V)',
  'globalThis',
  'ctx',
  'signIn',
  'arguments',
  "ctx.token('https://api.example.com')",
] as const;

/** Things that a program does. */
const STATEMENTS = [
  'see(V);',
  'see(await settle(V));',
  'see(await settle(fetch(V)));',
  "see(await settle(fetch('https://api.example.com/x', { method: V, body: V, headers: V })));",
  "see(await settle(fetch('https://api.example.com/x', V).then((r) => r.json())));",
  'see(await settle(ctx.share(V, V)));',
  'see(await settle(ctx.kv.set(V, V)));',
  'see(await settle(ctx.sign.hmac(V, V)));',
  'ctx.log.info(V, V);',
  'console.log(V); console.table(V);',
  'see(ctx.token(V));',
  'see(structuredClone(V));',
  'see(setTimeout(V, V));',
  'setTimeout(() => see(V), 1);',
  'queueMicrotask(() => see(V));',
  'see(new URL(V, V));',
  'see(new TextEncoder().encode(V)); see(new TextDecoder(V));',
  'see(atob(V)); see(btoa(V));',
  "see(await settle(crypto.subtle.digest('SHA-256', V)));",
  'see(crypto.getRandomValues(V));',
  'see(await settle(new Response(V).text()));',
  'Object.prototype[N] = V;',
  'Array.prototype[N] = V;',
  'Function.prototype[N] = V;',
  'Promise.prototype[N] = V;',
  'Reflect.defineProperty(Object.prototype, N, { configurable: true, get() { return see(this); }, set(v) { see(v); } });',
  'Reflect.defineProperty(globalThis, N, { configurable: true, value: V });',
  'delete globalThis[N];',
  'Error.prepareStackTrace = (e, sites) => { for (const s of sites) { see(s.getThis()); see(s.getFunction()); } return V; };',
  'Error.stackTraceLimit = V;',
  'see(Reflect.getPrototypeOf(V)); see(V.constructor);',
  'Reflect.setPrototypeOf(V, V);',
  'Object.freeze(V); Object.defineProperty(V, N, { value: V });',
  'for (const x of V) see(x);',
  'try { JSON.stringify(V); JSON.parse(V); } catch (e) { see(e); }',
  'Promise.reject(V);',
  'throw V;',
  'return V;',
  'for (let i = 0; i < 1e5; i++);',
  'see((0, eval)(V)); see(new Function(V)());',
  'new EventTarget().dispatchEvent(V);',
  'globalThis.onerror = V; globalThis.onunhandledrejection = V;',
] as const;

/** Names that are worth changing. */
const NAMES = [
  "'then'",
  "'get'",
  "'value'",
  "'length'",
  "'0'",
  "'constructor'",
  "'toJSON'",
  "'reference'",
  "'copy'",
  "'result'",
  "'arguments'",
  "'call'",
  "'apply'",
  "'push'",
  "'JSON'",
  "'Promise'",
  "'Object'",
  "'ok'",
  "'code'",
  "'Symbol'",
  'Symbol.iterator',
  'Symbol.hasInstance',
  'Symbol.toPrimitive',
  'Symbol.species',
] as const;

/** Looks at every value for what is not of the program's own realm, with what the language was before. */
const PROLOGUE = `
  const own = { Object: Object.prototype, Function: Function.prototype, proto: Reflect.getPrototypeOf, apply: Reflect.apply, is: Object.is };
  let foreign = 0;
  const see = (value) => {
    if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return value;
    try {
      let root = value;
      for (let i = 0; i < 50; i++) { const next = own.proto(root); if (next === null) break; root = next; }
      if (typeof value === 'function' && !own.is(root, own.Object) && own.proto(value) !== null && value !== root) foreign++;
    } catch { /* a proxy of the program's own */ }
    return value;
  };
  const settle = (value) => new Promise((resolve) => { try { own.apply(resolve, undefined, [value]); } catch { resolve(); } }).then((v) => v, (e) => see(e));
`;

/** The body of a hook: statements at random, each of which may fail by itself. */
export function program(dice: Dice): string {
  const statements = dice.some(12, () => {
    const statement = fill(dice.pick(STATEMENTS), dice, 3);
    return dice.chance(85) && !statement.startsWith('return')
      ? `try { ${statement} } catch (e) { see(e); }`
      : statement;
  });
  return `${PROLOGUE}\n${statements.join('\n')}\nreturn foreign === 0 ? 'nothing' : 'FOREIGN ' + foreign;`;
}

function fill(text: string, dice: Dice, depth: number): string {
  const named = text.replaceAll(/\bN\b/g, () => dice.pick(NAMES));
  return named.replaceAll(/\bV\b/g, () =>
    depth === 0 ? '7' : `(${fill(dice.pick(VALUES), dice, depth - 1)})`,
  );
}

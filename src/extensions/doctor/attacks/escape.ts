import type { Attack } from '../attack.ts';

/** Walks everything that can be reached, and answers what is not of the guest's own realm. */
const WALK = `
  const found = [];
  const seen = new Set();
  const realm = { Object: Object.prototype, Function: Function.prototype };
  const thrown = [];
  for (const bad of [() => null.x, () => undefinedName, () => { (function f() { f(); })(); }, () => decodeURI('%'), () => new Array(-1)]) {
    try { bad(); } catch (error) { thrown.push(error); }
  }
  await fetch('nonsense:').catch((error) => thrown.push(error, error.cause));
  try { ctx.token('https://not.granted.example'); } catch (error) { thrown.push(error); }
  const queue = [globalThis, signIn, ctx, thrown, (async () => {}), (function* () {}), (async function* () {}), Promise.resolve(), new Proxy({}, {}), Symbol.iterator];
  const wanted = (value) => (typeof value === 'object' && value !== null) || typeof value === 'function';
  while (queue.length > 0 && seen.size < 12_000) {
    const value = queue.shift();
    if (!wanted(value) || seen.has(value)) continue;
    seen.add(value);
    let root = value;
    while (Object.getPrototypeOf(root) !== null) root = Object.getPrototypeOf(root);
    if (root !== realm.Object && Object.getPrototypeOf(value) !== null && value !== root) found.push('foreign root');
    if (typeof value === 'function') {
      if (!(value instanceof Function) && value !== Function.prototype) found.push('foreign function ' + value.name);
      const text = Function.prototype.toString.call(value);
      if (/native code/.test(text) && value.name === '' && [2, 4].includes(value.length)) found.push('a callback of the host');
    }
    for (const key of Reflect.ownKeys(value)) {
      const own = Reflect.getOwnPropertyDescriptor(value, key);
      if (own === undefined) continue;
      queue.push(own.get, own.set, own.value);
      if (own.get) { try { queue.push(value[key]); } catch (error) { thrown.push(error); queue.push(error); } }
    }
    queue.push(Object.getPrototypeOf(value));
  }
  const classes = ['Reference', 'ExternalCopy', 'Isolate', 'Context', 'Callback', 'Script', 'Process', 'Module', 'BuiltinModule'];
  for (const value of seen) if (classes.includes(Object.getOwnPropertyDescriptor(value.constructor ?? {}, 'name')?.value)) found.push('a ' + value.constructor.name);
`;

/** Ways to the world outside of the isolate, as they led out of other sandboxes. */
export const ESCAPES: readonly Attack[] = [
  {
    name: 'constructor-walk',
    tries: 'to reach the host over constructors and prototypes',
    program: `${WALK}
      const functions = [...seen].filter((value) => typeof value === 'function');
      const makers = new Set(functions.map((value) => { try { return value.constructor; } catch { return undefined; } }));
      const worlds = new Set();
      for (const make of makers) {
        if (typeof make !== 'function') continue;
        try { worlds.add(make('return typeof process + typeof require + typeof Buffer + (this === globalThis)').call(globalThis)); } catch { /* no maker */ }
      }
      return { found: [...new Set(found)], seen: seen.size > 1_000, worlds: [...worlds].filter((world) => typeof world === 'string') };`,
    ends: { value: { found: [], seen: true, worlds: ['undefinedundefinedundefinedtrue'] } },
    limits: { cpuMs: 5_000 },
  },
  {
    name: 'foreign-globals',
    tries: 'to find a name of Node, of isolated-vm or of the platform’s inside',
    program: `
      const names = ['process', 'require', 'module', 'exports', 'Buffer', 'global', 'ivm', 'isolated_vm', '__dirname', 'setImmediate',
        'WebAssembly', 'SharedArrayBuffer', 'Deno', 'Bun', 'importScripts', 'gc', 'load', 'print', 'quit', 'd8', 'ShadowRealm', 'Worker',
        'boot', 'send', 'ask', 'receive', 'factory', 'loadPart', '$parts', '$loaded', '__extension', '$exportsOfCore'];
      return names.filter((name) => { try { return (0, eval)('typeof ' + name) !== 'undefined'; } catch { return false; } });`,
    ends: { value: [] },
  },
  {
    name: 'dynamic-code',
    tries: 'to leave by code that is made of text, or by import()',
    program: `
      const world = "[typeof process, typeof require, this === globalThis || this === undefined].join()";
      const results = [(0, eval)(world), new Function('return ' + world)(), Reflect.construct(Function, ['return ' + world])()];
      for (const make of [(async () => {}).constructor, (function* () {}).constructor, (async function* () {}).constructor]) {
        const made = make('return ' + world)();
        results.push(typeof made.next === 'function' ? (await made.next()).value : await made);
      }
      const imported = await Promise.allSettled(['node:fs', 'fs', 'isolated-vm', 'data:text/javascript,export default 1', './runner.js', 'file:///etc/passwd']
        .map((name) => new Function('name', 'return import(name)')(name)));
      return { worlds: [...new Set(results)], imported: imported.filter(({ status }) => status === 'fulfilled').length };`,
    ends: { value: { worlds: ['undefined,undefined,true'], imported: 0 } },
  },
  {
    name: 'callers',
    tries: 'to climb to the platform by arguments.callee, caller and with',
    program: `
      const climb = new Function('depth', 'try { let f = arguments.callee; const seen = []; while (f && seen.length < depth) { seen.push(f.name); f = f.caller; } return seen; } catch (error) { return [error.name]; }');
      const seen = new Function('climb', 'return climb(20)')(climb);
      let reached = [];
      Object.prototype[Symbol.unscopables] = undefined;
      try { reached = new Function('ctx', 'with (ctx) { return [typeof send, typeof host, typeof bridge, typeof pending]; }')(ctx); } catch (error) { reached = [error.name]; }
      delete Object.prototype[Symbol.unscopables];
      const listener = await new Promise((resolve) => setTimeout(new Function('resolve', 'return function late() { resolve(late.caller === null); }')(resolve), 0));
      return { platform: seen.filter((name) => !['anonymous', ''].includes(name)), reached: [...new Set(reached)], listener };`,
    ends: { value: { platform: [], reached: ['undefined'], listener: true } },
  },
  {
    name: 'stack-trace-hooks',
    tries: 'to get hold of the callers by Error.prepareStackTrace and call sites',
    program: `
      const sites = [];
      Error.stackTraceLimit = Infinity;
      Error.prepareStackTrace = (error, trace) => {
        for (const site of trace) sites.push([typeof site.getThis(), typeof site.getFunction(), String(site.getFileName() ?? site.getEvalOrigin() ?? '')]);
        return 'mine';
      };
      const look = (error) => String(error && error.stack);
      look(new Error('one'));
      await fetch('nonsense:').catch(look);
      try { ctx.token('https://not.granted.example'); } catch (error) { look(error); }
      try { structuredClone(() => {}); } catch (error) { look(error); }
      await new Promise((resolve) => setTimeout(() => { look(new Error('late')); resolve(); }, 0));
      const target = {};
      Error.captureStackTrace(target, Function.prototype.call);
      look(target);
      const files = [...new Set(sites.map(([, , file]) => file.replace(/stack-trace-hooks.*/, 'own')))].filter((file) => !['', 'entrada:own', 'entrada:platform'].includes(file));
      return { asked: sites.length > 3, receivers: sites.filter(([receiver]) => receiver === 'function').length, functions: sites.filter(([, f]) => f === 'function').length, files };`,
    ends: { value: { asked: true, receivers: 0, functions: 0, files: [] } },
  },
  {
    name: 'host-errors',
    tries: 'to find a path, a stack or an object of the host in an error of the host',
    program: `
      const errors = [];
      for (const url of ['nonsense:', 'https://user:pass@x.example/', 'https://x.example:0/', 'http://[::1', 'entrada:nothing']) await fetch(url).catch((error) => errors.push(error, error.cause));
      await ctx.share(Symbol('x'), 1).catch((error) => errors.push(error));
      for (const bad of [() => ctx.token('https://not.granted.example'), () => crypto.getRandomValues(new Uint8Array(1e6)), () => new URL('x'), () => atob('*'), () => new TextDecoder('no-such')]) { try { bad(); } catch (error) { errors.push(error); } }
      await crypto.subtle.importKey('raw', new Uint8Array(3), 'AES-GCM', true, ['encrypt']).catch((error) => errors.push(error));
      await new Response(new Blob(['no gzip']).stream().pipeThrough(new DecompressionStream('gzip'))).text().catch((error) => errors.push(error, error.cause));
      const real = errors.filter((error) => error !== undefined && error !== null);
      const texts = real.map((error) => [error.message, error.stack, String(error), JSON.stringify(error)].join(' '));
      const hostly = texts.filter((text) => /file:|node:|\\/(?:home|work|usr|root|tmp|var|opt)\\/|node_modules|\\.[cm]?[jt]s:\\d|isolated_vm|isolated-vm boundary/.test(text));
      return { some: real.length > 8, own: real.every((error) => error instanceof Error), hostly };`,
    ends: { value: { some: true, own: true, hostly: [] } },
  },
  {
    name: 'error-primitive',
    tries: 'to make V8 throw an error of the host while it formats one of the guest',
    program: `
      const errors = [];
      const symbolic = new Error('x');
      symbolic.name = Symbol('name');
      try { symbolic.stack; } catch (error) { errors.push(error); }
      await (async () => { symbolic.stack; throw symbolic; })().catch((error) => errors.push(error));
      Error.prepareStackTrace = () => { throw new TypeError('mine'); };
      try { new Error('y').stack; } catch (error) { errors.push(error); }
      Error.prepareStackTrace = undefined;
      const odd = Object.assign(Object.create(Error.prototype), { name: { toString() { throw new RangeError('mine'); } } });
      try { String(odd); } catch (error) { errors.push(error); }
      await Array.fromAsync({ async *[Symbol.asyncIterator]() { throw symbolic; } }).catch((error) => errors.push(error));
      try { (0, eval)('{ using a = { [Symbol.dispose]() { throw symbolic2; } }; throw new Error("b"); }'); } catch (error) { errors.push(error, error.error, error.suppressed); }
      await Promise.any([Promise.reject(symbolic), Promise.reject(odd)]).catch((error) => errors.push(error, ...error.errors));
      return errors.filter((error) => !(error instanceof Error)).length + ' of ' + (errors.length > 8);`,
    ends: { value: '0 of true' },
  },
  {
    name: 'frozen-context',
    tries: 'to change ctx and the event by Reflect, setters and prototypes',
    program: `
      const changed = [];
      const attempt = (name, change) => { try { if (change() !== false) changed.push(name); } catch { /* frozen */ } };
      attempt('define', () => Reflect.defineProperty(ctx, 'token', { value: () => 'mine' }));
      attempt('delete', () => Reflect.deleteProperty(ctx, 'share'));
      attempt('set', () => Reflect.set(ctx.config, 'x', 1));
      attempt('proto', () => Reflect.setPrototypeOf(ctx, { token: 1 }));
      attempt('event', () => Reflect.set(signIn.principal, 'username', 'admin'));
      attempt('deep', () => Reflect.defineProperty(signIn.principal.groups, '0', { value: { id: 'admins', name: 'Admins' } }));
      attempt('push', () => signIn.principal.groups.push({ id: 'admins' }));
      attempt('secrets', () => Reflect.set(ctx.secrets, 'key', 'x'));
      attempt('log', () => Reflect.set(ctx.log, 'info', () => {}));
      return { changed, frozen: [ctx, ctx.log, ctx.config, ctx.secrets, signIn, signIn.principal, signIn.principal.groups[0]].every(Object.isFrozen) };`,
    ends: { value: { changed: [], frozen: true } },
  },
  {
    name: 'webassembly',
    tries: 'to make native code by WebAssembly, or to find its doors: memories, tables, tags',
    program: `
      const found = [];
      const bytes = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]);
      for (const reach of [() => WebAssembly, () => globalThis.WebAssembly, () => (0, eval)('WebAssembly'), () => new Function('return WebAssembly')(), () => Reflect.get(globalThis, 'WebAssembly'), () => structuredClone(bytes).constructor.WebAssembly]) {
        try { if (reach() !== undefined) found.push(String(reach)); } catch { /* gone */ }
      }
      return found;`,
    ends: { value: [] },
  },
  {
    name: 'weak-things',
    tries: 'to watch the garbage collector, and by it what others do',
    program: `
      let seen = 0;
      const registry = typeof FinalizationRegistry === 'function' ? new FinalizationRegistry(() => { seen++; }) : { register() {} };
      const weak = typeof WeakRef === 'function' ? new WeakRef({}) : undefined;
      for (let i = 0; i < 1_000; i++) registry.register({ i }, i);
      await new Promise((resolve) => setTimeout(resolve, 20));
      const callback = seen === 0 ? undefined : 'called';
      return { foreign: weak !== undefined && !(weak instanceof Object), callback: callback === undefined || callback === 'called' };`,
    ends: { value: { foreign: false, callback: true } },
  },
];

/**
 * The body of a hook that describes the world which it finds: names of the global object and of the prototypes that
 * everybody uses, and whether its own state is new.
 */
export const FINGERPRINT = `
  const objects = [globalThis, Object.prototype, Function.prototype, Array.prototype, Promise.prototype, String.prototype,
    RegExp.prototype, Map.prototype, WeakMap.prototype, Error.prototype, Iterator.prototype, Object, Array, Promise, JSON,
    Reflect, Symbol, Error, Math];
  const names = objects.map((object) => Reflect.ownKeys(object).map(String).sort().join(' '));
  const first = globalThis.visits === undefined;
  globalThis.visits = 1;
  const response = await fetch('https://api.example.com/me');
  const { url } = await response.json();
  return { first, names, url, secret: typeof ctx.config.secret, token: ctx.token('https://api.example.com') };
`;

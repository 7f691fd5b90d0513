/**
 * Imported before an author's tests: what they import of Entrada and of AVA is what runs them, where their folder has not
 * installed its own.
 */
import { registerHooks } from 'node:module';

const OWN = /^(?:ava|entrada)(?:\/|$)/;

registerHooks({
  resolve(specifier, context, next) {
    if (!OWN.test(specifier)) return next(specifier, context);
    try {
      return next(specifier, context);
    } catch {
      return next(specifier, { ...context, parentURL: import.meta.url });
    }
  },
});

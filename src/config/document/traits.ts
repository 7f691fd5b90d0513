import { z } from 'zod';

/** What a schema says of its values beside their form. */
export interface Traits {
  /** Never shown, and kept as a `Secret`. */
  readonly secret?: true;
  /** The form in words, as in `a duration such as 30m`. */
  readonly expects?: string;
  /** Documented keys (of a map) or types (of a choice) that this release does not serve. */
  readonly unavailable?: readonly string[];
  /**
   * What `${…}` means in the text: `values` (default) puts values in; `refused` keeps them out, because the text enters an
   * isolate; `written` wants the word itself.
   */
  readonly substitution?: 'values' | 'refused' | 'written';
  /** `${NAME}` that stay as they are, to be filled in later. */
  readonly placeholders?: readonly string[];
}

/** The traits of every schema that has some; derived schemas (`.describe()`, `.meta()`) inherit them. */
export const traits: z.core.$ZodRegistry<Traits> = z.registry<Traits>();

/** The schema itself, with traits. */
export function withTraits<S extends z.ZodType>(schema: S, given: Traits): S {
  traits.add(schema, given);
  return schema;
}

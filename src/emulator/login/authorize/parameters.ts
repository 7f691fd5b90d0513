import { formOf, type EmulatorRequest } from '../../http/request.ts';

/** Parameters of an authorization request, from the query or from a form that was posted. */
export interface AuthorizeParameters {
  /** The value, or undefined when it is missing or empty. */
  get(name: string): string | undefined;
  /** Names that stand more than once. */
  readonly duplicates: readonly string[];
}

/** Reads the parameters of a GET or POST. */
export function authorizeParameters(request: EmulatorRequest): AuthorizeParameters {
  const source = request.method === 'POST' ? formOf(request) : request.query;
  const names = [...source.keys()];
  return {
    get: (name) => source.get(name) || undefined,
    duplicates: names.filter((name, index) => names.indexOf(name) !== index),
  };
}

import { type AadstsNumber, aadstsEntry } from './aadsts.ts';

/** A request that the login host does not grant: an AADSTS number and what its text and reply need. */
export interface Refusal {
  readonly kind: 'refusal';
  readonly aadsts: number;
  /** OAuth `error`. */
  readonly error: string;
  /** Status at the token endpoint. */
  readonly status: number;
  /** Text without number and ids. */
  readonly text: string;
  readonly suberror: string | undefined;
  /** Claims that a new sign-in has to ask for, as JSON. */
  readonly claims: string | undefined;
  /** At the authorization endpoint: shown as a page although the redirect URI is trusted. */
  readonly page: boolean;
  readonly retryAfter: number | string | undefined;
}

/** What a refusal says beside its number. */
export interface RefusalDetails {
  /** Values for the `{name}`s of the text. */
  readonly words?: { readonly [name: string]: string };
  readonly error?: string;
  readonly status?: number;
  readonly suberror?: string;
  readonly claims?: string;
  readonly page?: boolean;
  readonly retryAfter?: number | string | undefined;
}

/** Refuses with an error of the table. */
export const refuse = (aadsts: AadstsNumber, details: RefusalDetails = {}): Refusal =>
  refuseWith(aadsts, details);

/** Refuses with any number: for faults on demand. */
export function refuseWith(aadsts: number, details: RefusalDetails = {}): Refusal {
  const entry = aadstsEntry(aadsts);
  return {
    kind: 'refusal',
    aadsts,
    error: details.error ?? entry.error,
    status: details.status ?? entry.status ?? 400,
    text: fill(entry.text, details.words ?? {}),
    suberror: details.suberror ?? entry.suberror,
    claims: details.claims,
    page: details.page ?? false,
    retryAfter: details.retryAfter,
  };
}

const fill = (text: string, words: { readonly [name: string]: string }): string =>
  text.replaceAll(/\{(\w+)\}/g, (_, name: string) => words[name] ?? '');

/** The first refusal of a list of checks, which stand in the order of the real service. */
export function firstRefusal<Arguments extends readonly unknown[]>(
  checks: readonly ((...args: Arguments) => Refusal | undefined)[],
  ...args: Arguments
): Refusal | undefined {
  for (const check of checks) {
    const refusal = check(...args);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}

/** Tells a refusal from what was asked for. */
export const isRefusal = (value: unknown): value is Refusal =>
  typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'refusal';

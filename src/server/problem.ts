import type { Actor } from '../entra/entra-error.ts';
import type { ErrorCode } from '../errors.ts';

/** Codes of layers that a browser meets every day: each has a rule and a sentence of its own. */
export type MetCode = Extract<
  ErrorCode,
  `ENTRA_${string}` | `SIGN_IN_${string}` | `SERVER_${string}`
>;

/** The other layers, as in `STORE` of `STORE_UNAVAILABLE`: one rule and one sentence for all of a layer. */
export type OtherLayer = LayerOf<Exclude<ErrorCode, MetCode>>;

type LayerOf<Code extends string> = Code extends `${infer Layer}_${string}` ? Layer : never;

/** What went wrong, for a person or a program that asked. */
export interface Problem {
  readonly code: ErrorCode;
  /** How the sign-in ended, when it was one. */
  readonly outcome?: 'denied' | 'failed';
  /** The word of an extension that denied. */
  readonly denial?: string;
  /** A sentence of that extension; null: the page has its own. */
  readonly message?: string | null;
  /** Who can mend it; null or left out: whom the code names. */
  readonly actor?: Actor | null;
  /** What the person, or the administrator whom they ask, has to do. */
  readonly advice?: string | null;
  /** Where an administrator consents for everybody, when that may be what is missing. */
  readonly adminConsentUrl?: string | null;
  /** Of the request or, where there is one, of the sign-in. */
  readonly requestId: string;
  readonly correlationId?: string | null;
  /** Where to start again; null: nowhere. */
  readonly again?: string | null;
}

/** True for a code that has a rule and a sentence of its own. */
export const isMetCode = (code: ErrorCode): code is MetCode =>
  /^(?:ENTRA|SIGN_IN|SERVER)_/.test(code);

/** The layer of a code that shares its rule and sentence. */
export function layerOf(code: Exclude<ErrorCode, MetCode>): OtherLayer {
  const layer = code.slice(0, code.indexOf('_'));
  if (isOtherLayer(layer)) return layer;
  throw new TypeError(`${code} belongs to no layer`);
}

/** A list that the compiler keeps whole. */
const OTHER_LAYERS: { readonly [layer in OtherLayer]: true } = {
  CONFIG: true,
  STORE: true,
  NET: true,
  EXTENSION: true,
  EMULATOR: true,
};

const isOtherLayer = (layer: string): layer is OtherLayer => Object.hasOwn(OTHER_LAYERS, layer);

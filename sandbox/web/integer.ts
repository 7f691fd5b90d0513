/**
 * The integer types of Web IDL.
 *
 * @see https://webidl.spec.whatwg.org/#abstract-opdef-converttoint
 */
import { MathFloor, MathTrunc, NativeTypeError, NumberIsFinite } from './primordials.ts';

/** How an integer outside its type's range is brought into it. */
export type IntegerMode = 'wrap' | 'enforce' | 'clamp';

/** The integer types of Web IDL: how many bits, and whether negative numbers exist. */
export interface IntegerType {
  readonly bits: 8 | 16 | 32 | 64;
  readonly signed: boolean;
  readonly mode: IntegerMode;
}

export const UNSIGNED_SHORT: IntegerType = { bits: 16, signed: false, mode: 'wrap' };
export const LONG: IntegerType = { bits: 32, signed: true, mode: 'wrap' };
export const LONG_LONG: IntegerType = { bits: 64, signed: true, mode: 'wrap' };
export const CLAMPED_LONG_LONG: IntegerType = { bits: 64, signed: true, mode: 'clamp' };
export const ENFORCED_UNSIGNED_LONG_LONG: IntegerType = {
  bits: 64,
  signed: false,
  mode: 'enforce',
};

/** The largest integer that the type can hold; 64 bits stop where numbers stop to be exact. */
function upperBound({ bits, signed }: IntegerType): number {
  if (bits === 64) return Number.MAX_SAFE_INTEGER;
  return signed ? 2 ** (bits - 1) - 1 : 2 ** bits - 1;
}

function lowerBound({ bits, signed }: IntegerType): number {
  if (!signed) return 0;
  return bits === 64 ? Number.MIN_SAFE_INTEGER : -(2 ** (bits - 1));
}

/** Rounds to the nearest integer, halves to the even one. */
function roundHalfEven(value: number): number {
  const floor = MathFloor(value);
  if (value - floor !== 0.5) return MathFloor(value + 0.5);
  return floor % 2 === 0 ? floor : floor + 1;
}

function wrapInteger(value: number, type: IntegerType): number {
  const modulus = 2 ** type.bits;
  const rest = value % modulus;
  const positive = rest < 0 ? rest + modulus : rest;
  return type.signed && positive >= modulus / 2 ? positive - modulus : positive + 0;
}

/** Brings any value into the range of an integer type. */
export function toInteger(value: unknown, type: IntegerType): number {
  const number = (value as number) * 1 + 0;
  const upper = upperBound(type);
  const lower = lowerBound(type);
  if (type.mode === 'clamp') {
    if (number !== number) return 0;
    return number <= lower ? lower : number >= upper ? upper : roundHalfEven(number) + 0;
  }
  const whole = MathTrunc(number);
  if (type.mode === 'enforce') {
    if (!NumberIsFinite(number) || whole < lower || whole > upper) {
      throw new NativeTypeError(`${number} is outside the range of ${lower} to ${upper}`);
    }
    return whole + 0;
  }
  if (!NumberIsFinite(number) || whole === 0) return 0;
  return whole >= lower && whole <= upper ? whole : wrapInteger(whole, type);
}

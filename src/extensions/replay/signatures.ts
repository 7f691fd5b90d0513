import type { HostAnswer } from '../../../sandbox/contract.ts';
import { SIGN_CALL, type SignCall } from '../broker/sign.ts';
import type { Fixture } from './fixture.ts';
import { madeUpSignature } from './made-up-signature.ts';

/** A fixture with the calls that were signed: names in them change as everywhere else. */
type Signed = Fixture & { readonly signed: readonly SignCall[] };

interface Mark {
  /** Of the call whose signature it stands for. */
  readonly call: number;
  readonly mark: string;
  /** How the signature is written there. */
  readonly write: (signature: string) => string;
}

const FORMS = [(signature: string) => signature, encodeURIComponent] as const;

/**
 * Signatures of a recorded run. A fixture has none that counts: in the place of each stands the one that a replay makes up
 * for the same call, wherever the extension put it.
 */
export class Signatures {
  readonly #calls: SignCall[] = [];
  readonly #values: string[] = [];

  /** Hears of a call of the host, and of its answer. */
  hear(op: string, argument: string, answer: string): void {
    if (op !== 'sign') return;
    const told: HostAnswer = JSON.parse(answer);
    if (!told.ok || typeof told.value !== 'string') return;
    this.#calls.push(SIGN_CALL.parse(JSON.parse(argument)));
    this.#values.push(told.value);
  }

  get calls(): readonly SignCall[] {
    return this.#calls;
  }

  /** Puts a mark in the place of each signature, so that whatever is changed meanwhile finds nothing in it. */
  marked(fixture: Signed): Signed {
    return this.#marks.reduce<Signed>(
      (told, { call, mark, write }) =>
        JSON.parse(JSON.stringify(told).replaceAll(write(this.#values[call] ?? ''), mark)),
      fixture,
    );
  }

  /** Puts what is made up in the place of each mark. */
  madeUp({ signed, ...fixture }: Signed, now: number): Fixture {
    if (signed.length === 0) return fixture;
    const made = signed.map((call) => madeUpSignature(call, () => now));
    return this.#marks.reduce<Fixture>(
      (told, { call, mark, write }) =>
        JSON.parse(JSON.stringify(told).replaceAll(mark, write(made[call] ?? ''))),
      fixture,
    );
  }

  get #marks(): readonly Mark[] {
    return this.#calls.flatMap((_, call) =>
      FORMS.map((write, form) => ({ call, write, mark: markOf(call * FORMS.length + form) })),
    );
  }
}

/** Characters that no text of a person has, as many as tell this mark from all others. */
function markOf(index: number): string {
  return `\uE001${'\uE000'.repeat(index + 1)}\uE001`;
}

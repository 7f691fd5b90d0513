import { type MadeUp, type MadeUpSignIn, madeUpSignIn } from './made-up.ts';

/**
 * Somebody who signs in, said in a sentence: `person('jane').inGroups('Finance').from('198.51.100.7').signIn()`. Every word
 * gives another person and leaves this one as it is, so that a test file can name its people once.
 */
export class MadeUpPerson {
  readonly #given: MadeUp;

  /** @param given What `madeUpSignIn` takes. */
  constructor(given: MadeUp) {
    this.#given = given;
  }

  /** Members of the principal, as they are: `upn`, `email`, `name`, `oid`, `tid`, `sub`. */
  with(given: MadeUp): MadeUpPerson {
    return new MadeUpPerson({ ...this.#given, ...given });
  }

  /** In groups of Entrada, by name; the first one is the primary group. */
  inGroups(...groups: readonly string[]): MadeUpPerson {
    return this.with({ groups: [...(this.#given.groups ?? []), ...groups] });
  }

  /** In security groups of Entra, by name. */
  inEntraGroups(...names: readonly string[]): MadeUpPerson {
    return this.with({ entraGroups: [...(this.#given.entraGroups ?? []), ...names] });
  }

  /** With roles of Entrada, by name; the first one is the primary role. */
  withRoles(...roles: readonly string[]): MadeUpPerson {
    return this.with({ roles: [...(this.#given.roles ?? []), ...roles] });
  }

  /** With further claims of the ID token. */
  withClaims(claims: NonNullable<MadeUp['claims']>): MadeUpPerson {
    return this.with({ claims: { ...this.#given.claims, ...claims } });
  }

  /** With what extensions before this one shared, by `extension-name.key`. */
  withShared(shared: NonNullable<MadeUp['shared']>): MadeUpPerson {
    return this.with({ shared: { ...this.#given.shared, ...shared } });
  }

  /** From an address, and perhaps with another browser. */
  from(address: string, userAgent?: string): MadeUpPerson {
    return this.#asking({ address, ...(userAgent === undefined ? {} : { userAgent }) });
  }

  /** At a service: the type that `services` of `entrada.yaml` names, and its path. */
  at(type: string, path = '/'): MadeUpPerson {
    return this.with({ service: { type, path } });
  }

  /** By a method of the chain. */
  by(method: NonNullable<MadeUp['method']>): MadeUpPerson {
    return this.with({ method: { ...this.#given.method, ...method } });
  }

  /** For a page of the service. */
  openingPage(path: string): MadeUpPerson {
    return this.#asking({ path });
  }

  /** The sign-in, with an id of its own. */
  signIn(): MadeUpSignIn {
    return madeUpSignIn(this.#given);
  }

  #asking(request: NonNullable<MadeUp['request']>): MadeUpPerson {
    return this.with({ request: { ...this.#given.request, ...request } });
  }
}

/** Makes up somebody, who is called Jane unless the test says otherwise. */
export function person(username = 'jane'): MadeUpPerson {
  return new MadeUpPerson({ username });
}

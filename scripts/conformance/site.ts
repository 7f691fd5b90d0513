import { CONTOSO_SECRET, type TamperName } from '../../src/emulator/index.ts';
import type { SignInRecord } from '../../src/session/record.ts';
import { titleOf } from '../../src/testing/visit.ts';
import { formsOf, type VisitedPage, type Visitor } from '../../src/testing/visitor.ts';
import { follow, JANE } from '../../test/_support/rounds.ts';
import {
  METHOD_ID,
  SCOPES,
  startWorld,
  type Teardown,
  type World,
} from '../../test/_support/world.ts';

/** Response types that Entra offers. */
export const RESPONSE_TYPES = ['id_token', 'id_token token', 'code', 'code id_token'] as const;

export type ResponseType = (typeof RESPONSE_TYPES)[number];

const IMPLICIT = { flow: 'implicit', api_scopes: null, password: null };
const BY_CODE = { api_scopes: SCOPES, password: CONTOSO_SECRET };

const METHODS: { readonly [type in ResponseType]: { readonly [key: string]: unknown } } = {
  id_token: { ...IMPLICIT, group_association: 'base-groups' },
  'id_token token': IMPLICIT,
  code: { ...BY_CODE, flow: 'code' },
  'code id_token': { ...BY_CODE, flow: 'hybrid' },
};

/** How one sign-in ended. */
interface SeenSignIn {
  readonly record: SignInRecord;
  readonly visitor: Visitor;
}

/** A whole gateway that signs in by one response type, and the tenant that tries to deceive it. */
export class Site {
  readonly world: World;
  readonly #passed: { ms: number };

  private constructor(world: World, passed: { ms: number }) {
    this.world = world;
    this.#passed = passed;
  }

  static async start(t: Teardown, type: ResponseType): Promise<Site> {
    const passed = { ms: 0 };
    const world = await startWorld(t, {
      extensionsOff: true,
      clock: () => Date.now() + passed.ms,
      method: { logout: 'entra', ...METHODS[type] },
    });
    world.emulator.tenant().policies.autopilot = JANE;
    return new Site(world, passed);
  }

  /** Lets time pass, for the gateway and the tenant. */
  pass(ms: number): void {
    this.#passed.ms += ms;
  }

  /** Ends what the module before left, so that this one begins with a gateway that has cached nothing. */
  async fresh(): Promise<void> {
    const { emulator, gateway } = this.world;
    emulator.tenant().tampering.off();
    emulator.faults.clear();
    await gateway.sessions.endByPerson(
      emulator.tenant().id,
      emulator.tenant().people.get(JANE).oid,
    );
    await this.world.restart();
  }

  /** The page of a sign-in that does not get as far as the tenant. */
  async beginFails(): Promise<string> {
    const page = await follow(this.world.visitor(), this.#link());
    return page.html;
  }

  #link(): string {
    const link = new URL('/__chsps__/login', this.world.origin);
    link.searchParams.set('service', '/');
    link.searchParams.set('method', METHOD_ID);
    return link.href;
  }

  /** Turns switches on. */
  lie(...names: readonly TamperName[]): void {
    for (const name of names) this.world.emulator.tenant().tampering.on(name);
  }

  /** A sign-in from the link on the sign-in page to its end. */
  async signIn(visitor: Visitor = this.world.visitor()): Promise<SeenSignIn> {
    const before = this.world.records.length;
    const page = await follow(visitor, this.#link());
    const record = this.world.records.at(-1);
    if (record === undefined || this.world.records.length === before) {
      throw new Error(`no sign-in ended: ${page.status} ${titleOf(page)}`);
    }
    return { record, visitor };
  }

  /** Signs out by the button of the page, and answers where that leads. */
  async signOut(visitor: Visitor): Promise<VisitedPage & { readonly location: string | null }> {
    const page = await visitor.open(`${this.world.origin}/`);
    const form = formsOf(page).find(({ action }) => action === '/__chsps__/logout');
    if (!form) throw new Error(`no way to sign out on ${page.url}`);
    return visitor.submit(page, form);
  }

  /** What a sign-in asks the tenant for, as the browser carries it there. */
  async asked(): Promise<URLSearchParams> {
    const { location } = await this.world.visitor().open(this.#link());
    return new URL(location ?? '').searchParams;
  }
}

import type { Application } from '../tenant/application.ts';
import type { Person } from '../tenant/person.ts';
import type { Tenant } from '../tenant/tenant.ts';

/** Whom an access token is for: a person at an application, or the application itself. */
export type Holder = Subject | ApplicationSubject;

/** An application that acts for itself. */
export interface ApplicationSubject {
  readonly tenant: Tenant;
  readonly app: Application;
  readonly person: null;
  readonly clientProof: ClientProof;
}

/** A person who signed in at an application, and how. */
export interface Subject {
  readonly tenant: Tenant;
  readonly app: Application;
  readonly person: Person;
  /** Session id at the login host: `sid`. */
  readonly sid: string;
  /** When the person last proved who they are. Unit: seconds since 1970-01-01 UTC. */
  readonly authTime: number;
  /** Of the person's sessions, when the identity was proved. */
  readonly generation: number;
  /** `pwd`, `mfa`. */
  readonly amr: readonly string[];
  /** Authentication contexts that were satisfied: `acrs`. */
  readonly acrs: readonly string[];
  /** Client capabilities that were declared: `cp1`. */
  readonly capabilities: readonly string[];
  /** Address that the person signed in from. */
  readonly address: string;
  /** How the client proved itself: 0 public, 1 secret, 2 certificate or federated. */
  readonly clientProof: ClientProof;
}

/** `appidacr` and `azpacr`. */
export type ClientProof = '0' | '1' | '2';

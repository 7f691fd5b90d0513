import type { Failure } from '../faults.ts';
import type { World } from '../world.ts';
import type { Reply } from './reply.ts';
import type { EmulatorRequest } from './request.ts';
import type { Route } from './route.ts';

/** One of the services: its table of routes, and how it speaks. */
export interface Service {
  readonly routes: readonly Route[];
  /** The answer for a path that it does not have. */
  notFound(world: World, request: EmulatorRequest): Reply;
  /** The answer for a method that a path does not have. */
  methodNotAllowed(world: World, request: EmulatorRequest, allowed: readonly string[]): Reply;
  /** An error that was asked for, in the form of this service. */
  fail(world: World, request: EmulatorRequest, failure: Failure): Reply;
  /** Adds the headers that all of its answers have. */
  decorate(world: World, request: EmulatorRequest, reply: Reply): Reply;
}

import type { EmulatorRequest } from '../../http/request.ts';
import type { Reply } from '../../http/reply.ts';
import type { World } from '../../world.ts';
import type { Client } from '../authorize/trust.ts';
import { refuse, type Refusal } from '../refusal.ts';

/** A request to the token endpoint by a client that exists. */
export interface TokenRequest extends Client {
  readonly world: World;
  readonly request: EmulatorRequest;
  /** First part of the path, as it was asked. */
  readonly segment: string;
  /** The value of a field, or undefined when it is missing or empty. */
  readonly field: (name: string) => string | undefined;
}

/** What a grant type gives: a reply, or a refusal. */
export type GrantHandler = (token: TokenRequest) => Promise<Reply | Refusal>;

export const missingField = (parameter: string): Refusal =>
  refuse(900144, { words: { parameter } });

/** Names of the application for error texts. */
export const appWords = ({ app }: Client): { app: string; appName: string } => ({
  app: app.appId,
  appName: app.displayName,
});

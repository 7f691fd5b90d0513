/** The parts of oidc-provider that are used here; it has no types of its own. */
declare module 'oidc-provider' {
  import type { IncomingMessage, ServerResponse } from 'node:http';

  interface Grant {
    addOIDCScope(scope: string): void;
    save(): Promise<string>;
  }

  interface Interaction {
    readonly uid: string;
    readonly prompt: { readonly name: string };
    readonly params: { readonly [name: string]: string };
  }

  export class Provider {
    readonly Grant: new (of: { accountId: string; clientId: string }) => Grant;
    constructor(issuer: string, configuration: object);
    callback(): (request: IncomingMessage, response: ServerResponse) => void;
    interactionDetails(request: IncomingMessage, response: ServerResponse): Promise<Interaction>;
    interactionFinished(
      request: IncomingMessage,
      response: ServerResponse,
      result: object,
    ): Promise<void>;
  }

  interface Policy {
    add(prompt: object, index?: number): void;
  }

  export const interactionPolicy: {
    readonly base: () => Policy;
    readonly Prompt: new (info: { name: string; requestable: boolean }) => object;
  };
}

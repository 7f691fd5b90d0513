import type { Config } from '../config/config.ts';
import { EntraError } from '../entra/entra-error.ts';
import type { EntraId } from '../entra/entra-id.ts';
import type { EntraLog } from '../entra/entra-log.ts';
import { isEntradaError } from '../errors.ts';
import type { TokenSource } from '../extensions/broker/handles.ts';
import type { Session } from './session.ts';

/** Photos of people who are signed in. */
export interface Photos {
  /** Whether the page of this session has one. */
  shows(session: Session): boolean;
  /** A JPEG; null when there is none, or it cannot be had now. Never rejects: nobody needs a photo to go on. */
  of(session: Session): Promise<Uint8Array | null>;
}

export interface PhotosDeps {
  readonly config: Pick<Config, 'authentications'>;
  /** By id of the method. */
  readonly methods: ReadonlyMap<string, Pick<EntraId, 'graph' | 'photo'>>;
  readonly tokens: { createTokenSource(session: Session): TokenSource };
  readonly log: EntraLog;
}

/** Asks Graph each time, with the token of the session: a photo is kept nowhere. */
export function createPhotos({ config, methods, tokens, log }: PhotosDeps): Photos {
  const shown = new Set(
    config.authentications.flatMap((method) =>
      method.type === 'entra-id' && method.showPhoto ? [method.id] : [],
    ),
  );
  return {
    shows: ({ method }) => shown.has(method),
    of: async (session) => {
      const method = shown.has(session.method) ? methods.get(session.method) : undefined;
      return method ? read(method, tokens.createTokenSource(session), log) : null;
    },
  };
}

async function read(
  method: Pick<EntraId, 'graph' | 'photo'>,
  source: TokenSource,
  log: EntraLog,
): Promise<Uint8Array | null> {
  try {
    const token = await source.token(method.graph);
    return token ? await method.photo(token.token) : null;
  } catch (error) {
    const code = isEntradaError(error) ? error.code : 'unknown failure';
    const correlationId = error instanceof EntraError ? error.correlationId : null;
    log('info', 'a photo could not be read', { code, correlationId });
    if (isRefused(error)) source.refused?.(method.graph);
    return null;
  }
}

/** Graph does not take the token any more: its exchange tells whether the person may still be here. */
const isRefused = (error: unknown): boolean =>
  isEntradaError(error) &&
  (error.code === 'ENTRA_GRAPH_CHALLENGE' || error.code === 'ENTRA_GRAPH_UNAUTHORIZED');

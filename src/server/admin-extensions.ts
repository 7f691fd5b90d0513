import type { ExtensionHost } from '../extensions/host.ts';
import type { BuiltExtension } from '../extensions/load.ts';
import type { LogLines } from '../extensions/log-lines.ts';
import type { Reloaded } from '../extensions/versions/reload.ts';
import type { Answer } from './answer.ts';
import type { PlainRoute } from './plain-server.ts';
import { giveJson } from './respond.ts';

/** What the administration of extensions works on. */
export interface ExtensionDesk {
  /** Null with `--extensions=off`. */
  readonly host: Pick<ExtensionHost, 'extensions' | 'statsOf'> | null;
  readonly lines: LogLines;
  /** Takes what is approved now. */
  reload(): Promise<Reloaded>;
}

/**
 * Extensions of a running gateway, for the administration socket:
 *
 * - `GET /extensions` answers `{ extensions }`: what runs, and how it has done since the gateway started
 * - `GET /extension-lines?after=&extension=&signIn=&person=` answers `{ lines }`: what extensions wrote after a line
 * - `POST /reload` answers what the gateway took of the configuration as it is now
 */
export function extensionRoutes(desk: ExtensionDesk): readonly PlainRoute[] {
  return [
    { method: 'GET', path: /^\/extensions$/, handle: async () => list(desk) },
    { method: 'GET', path: /^\/extension-lines$/, handle: async (_, query) => lines(query, desk) },
    { method: 'POST', path: /^\/reload$/, handle: async () => giveJson(await desk.reload()) },
  ];
}

function list({ host }: ExtensionDesk): Answer {
  const extensions = host?.extensions.map((one) => summary(one, host)) ?? [];
  return giveJson({ extensions });
}

function summary(extension: BuiltExtension, host: NonNullable<ExtensionDesk['host']>): object {
  const { name, integrity, manifest, config } = extension;
  const { version } = manifest;
  return { name, version, integrity, mode: config.mode, hooks: host.statsOf(extension) };
}

function lines(query: URLSearchParams, desk: ExtensionDesk): Answer {
  const after = query.get('after');
  const filter = {
    extension: query.get('extension') ?? undefined,
    signIn: query.get('signIn') ?? undefined,
    person: query.get('person') ?? undefined,
  };
  const number = after === null ? null : Number(after) || 0;
  return giveJson({ lines: desk.lines.after(number, filter) });
}

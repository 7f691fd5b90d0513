/**
 * The parts of the platform, each evaluated at its first use. A part that an invocation does not use costs it nothing
 * but the text of its code.
 *
 * The core, and what a part always needs, is imported in the ordinary way; everything else goes through this table. A
 * part's name is that of its module.
 */
import type { DOMException as Made } from './dom-exception.ts';

type Parts = {
  readonly abort: typeof import('./abort.ts');
  readonly base64: typeof import('./base64.ts');
  readonly blob: typeof import('./blob.ts');
  readonly compression: typeof import('./compression.ts');
  readonly console: typeof import('./console.ts');
  readonly 'console-table': typeof import('./console-table.ts');
  readonly crypto: typeof import('./crypto.ts');
  readonly 'data-url': typeof import('./data-url.ts');
  readonly 'dom-exception': typeof import('./dom-exception.ts');
  readonly encoding: typeof import('./encoding.ts');
  readonly 'encoding-streams': typeof import('./encoding-streams.ts');
  readonly event: typeof import('./event.ts');
  readonly 'event-kinds': typeof import('./event-kinds.ts');
  readonly 'event-target': typeof import('./event-target.ts');
  readonly fetch: typeof import('./fetch.ts');
  readonly format: typeof import('./format.ts');
  readonly 'form-data': typeof import('./form-data.ts');
  readonly 'global-events': typeof import('./global-events.ts');
  readonly headers: typeof import('./headers.ts');

  readonly 'message-channel': typeof import('./message-channel.ts');
  readonly mime: typeof import('./mime.ts');
  readonly multipart: typeof import('./multipart.ts');
  readonly navigator: typeof import('./navigator.ts');
  readonly performance: typeof import('./performance.ts');
  readonly request: typeof import('./request.ts');
  readonly response: typeof import('./response.ts');
  readonly streams: typeof import('./streams.ts');
  readonly 'structured-clone': typeof import('./structured-clone.ts');
  readonly subtle: typeof import('./subtle.ts');
  readonly url: typeof import('./url.ts');
  readonly 'url-pattern': typeof import('./url-pattern.ts');
  readonly utf8: typeof import('./utf8.ts');
};

/** Evaluates a part when it is first asked for it. The build puts this function, and the parts, around this module. */
declare function loadPart<Name extends keyof Parts>(name: Name): Parts[Name];

type Loaders = { readonly [Name in keyof Parts as CamelCase<Name>]: () => Parts[Name] };
type CamelCase<Text extends string> = Text extends `${infer Head}-${infer Tail}`
  ? `${Head}${Capitalize<CamelCase<Tail>>}`
  : Text;

export const parts: Loaders = {
  abort: () => loadPart('abort'),
  base64: () => loadPart('base64'),
  blob: () => loadPart('blob'),
  compression: () => loadPart('compression'),
  console: () => loadPart('console'),
  consoleTable: () => loadPart('console-table'),
  crypto: () => loadPart('crypto'),
  dataUrl: () => loadPart('data-url'),
  domException: () => loadPart('dom-exception'),
  encoding: () => loadPart('encoding'),
  encodingStreams: () => loadPart('encoding-streams'),
  event: () => loadPart('event'),
  eventKinds: () => loadPart('event-kinds'),
  eventTarget: () => loadPart('event-target'),
  fetch: () => loadPart('fetch'),
  format: () => loadPart('format'),
  formData: () => loadPart('form-data'),
  globalEvents: () => loadPart('global-events'),
  headers: () => loadPart('headers'),
  messageChannel: () => loadPart('message-channel'),
  mime: () => loadPart('mime'),
  multipart: () => loadPart('multipart'),
  navigator: () => loadPart('navigator'),
  performance: () => loadPart('performance'),
  request: () => loadPart('request'),
  response: () => loadPart('response'),
  streams: () => loadPart('streams'),
  structuredClone: () => loadPart('structured-clone'),
  subtle: () => loadPart('subtle'),
  url: () => loadPart('url'),
  urlPattern: () => loadPart('url-pattern'),
  utf8: () => loadPart('utf8'),
};

/** A `DOMException`. Its class is evaluated when the first one is made, which in most invocations is never. */
export function makeDOMException(message: string, name: string): Made {
  const { DOMException } = parts.domException();
  return new DOMException(message, name);
}

/**
 * The parts of the platform, each evaluated at its first use. A part that an invocation does not use costs it nothing
 * but the text of its code.
 *
 * The bundler turns each `require` of a module into a call of that module's initializer. The core, and what a part
 * always needs, is imported in the ordinary way; everything else goes through this table.
 */
type Parts = {
  readonly './abort.ts': typeof import('./abort.ts');
  readonly './base64.ts': typeof import('./base64.ts');
  readonly './blob.ts': typeof import('./blob.ts');
  readonly './console.ts': typeof import('./console.ts');
  readonly './console-table.ts': typeof import('./console-table.ts');
  readonly './crypto.ts': typeof import('./crypto.ts');
  readonly './dom-exception.ts': typeof import('./dom-exception.ts');
  readonly './encoding.ts': typeof import('./encoding.ts');
  readonly './encoding-streams.ts': typeof import('./encoding-streams.ts');
  readonly './event.ts': typeof import('./event.ts');
  readonly './event-target.ts': typeof import('./event-target.ts');
  readonly './fetch.ts': typeof import('./fetch.ts');
  readonly './form-data.ts': typeof import('./form-data.ts');
  readonly './global-events.ts': typeof import('./global-events.ts');
  readonly './headers.ts': typeof import('./headers.ts');
  readonly './inspect.ts': typeof import('./inspect.ts');
  readonly './mime.ts': typeof import('./mime.ts');
  readonly './multipart.ts': typeof import('./multipart.ts');
  readonly './navigator.ts': typeof import('./navigator.ts');
  readonly './performance.ts': typeof import('./performance.ts');
  readonly './request.ts': typeof import('./request.ts');
  readonly './response.ts': typeof import('./response.ts');
  readonly './streams.ts': typeof import('./streams.ts');
  readonly './structured-clone.ts': typeof import('./structured-clone.ts');
  readonly './timers.ts': typeof import('./timers.ts');
  readonly './url.ts': typeof import('./url.ts');
  readonly './url-pattern.ts': typeof import('./url-pattern.ts');
  readonly './utf8.ts': typeof import('./utf8.ts');
};

declare function require<Name extends keyof Parts>(name: Name): Parts[Name];

type Loaders = { readonly [Name in keyof Parts as Camel<Name>]: () => Parts[Name] };
type Camel<Name extends string> = Name extends `./${infer Base}.ts` ? CamelCase<Base> : never;
type CamelCase<Text extends string> = Text extends `${infer Head}-${infer Tail}`
  ? `${Head}${Capitalize<CamelCase<Tail>>}`
  : Text;

export const parts: Loaders = {
  abort: () => require('./abort.ts'),
  base64: () => require('./base64.ts'),
  blob: () => require('./blob.ts'),
  console: () => require('./console.ts'),
  consoleTable: () => require('./console-table.ts'),
  crypto: () => require('./crypto.ts'),
  domException: () => require('./dom-exception.ts'),
  encoding: () => require('./encoding.ts'),
  encodingStreams: () => require('./encoding-streams.ts'),
  event: () => require('./event.ts'),
  eventTarget: () => require('./event-target.ts'),
  fetch: () => require('./fetch.ts'),
  formData: () => require('./form-data.ts'),
  globalEvents: () => require('./global-events.ts'),
  headers: () => require('./headers.ts'),
  inspect: () => require('./inspect.ts'),
  mime: () => require('./mime.ts'),
  multipart: () => require('./multipart.ts'),
  navigator: () => require('./navigator.ts'),
  performance: () => require('./performance.ts'),
  request: () => require('./request.ts'),
  response: () => require('./response.ts'),
  streams: () => require('./streams.ts'),
  structuredClone: () => require('./structured-clone.ts'),
  timers: () => require('./timers.ts'),
  url: () => require('./url.ts'),
  urlPattern: () => require('./url-pattern.ts'),
  utf8: () => require('./utf8.ts'),
};

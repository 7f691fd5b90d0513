import { randomBytes } from 'node:crypto';
import type { Reply } from '../http/reply.ts';
import type { EmulatorRequest } from '../http/request.ts';
import { httpDate } from '../time.ts';

/** A new entity tag, with its quotation marks. */
export const newEtag = (): string => `"0x8D${randomBytes(7).toString('hex').toUpperCase()}"`;

/** What changes with every write. */
export interface Versioned {
  readonly etag: string;
  /** Unit: milliseconds since 1970-01-01 UTC. */
  readonly lastModified: number;
}

/** `ETag` and `Last-Modified`. */
export const versionHeaders = ({ etag, lastModified }: Versioned): Reply['headers'] => ({
  ETag: etag,
  'Last-Modified': httpDate(lastModified),
});

type Metadata = { readonly [name: string]: string };

/** Headers `x-ms-meta-NAME` of a request. */
export const metadataOf = ({ headers }: EmulatorRequest): Metadata =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      name.startsWith('x-ms-meta-') ? [[name.slice('x-ms-meta-'.length), String(value)]] : [],
    ),
  );

/** The same headers in a reply. */
export const metadataHeaders = (metadata: Metadata): Reply['headers'] =>
  Object.fromEntries(Object.entries(metadata).map(([name, value]) => [`x-ms-meta-${name}`, value]));

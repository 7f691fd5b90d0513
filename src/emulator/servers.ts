import type { RequestListener } from 'node:http';
import { EntradaError } from '../errors.ts';
import type { Site } from './addresses.ts';
import {
  type CertificatePair,
  createCertificateAuthority,
  createServerCertificate,
} from './certificate.ts';
import type { EmulatorOptions, Layout } from './emulator-options.ts';
import { close, listen, type Listening } from './http/listen.ts';

/** @throws {EntradaError} `EMULATOR_ADDRESS` for an address that others can reach, unless that was asked for. */
export function refuseOpenAddress({
  host = '127.0.0.1',
  allowAnyAddress = false,
}: EmulatorOptions): void {
  const loopback = host === 'localhost' || host === '::1' || host.startsWith('127.');
  if (loopback || allowAnyAddress) return;
  throw new EntradaError('EMULATOR_ADDRESS', `${host} is no loopback address.`, {
    next: 'Listen on 127.0.0.1, or set allowAnyAddress: whoever reaches the emulator can sign in as anybody.',
  });
}

/** The certificate of the servers: for every name that they are reached by, signed by a development authority. */
export async function prepareCertificates(
  options: EmulatorOptions,
  sites: readonly Site[],
): Promise<{ authority: CertificatePair; server: CertificatePair }> {
  const { hostSuffix = 'localhost', host = 'localhost', certificateNames = [] } = options;
  const { certify = createServerCertificate } = options;
  const authority = options.certificateAuthority ?? (await createCertificateAuthority());
  const names = [
    'localhost',
    ...sites.map(({ label }) => `${label}.${hostSuffix}`),
    `*.blob.${hostSuffix}`,
    '127.0.0.1',
    '::1',
    host,
    ...certificateNames,
  ];
  return { authority, server: await certify(authority, [...new Set(names)]) };
}

/** Servers that listen, and where each site is reached. */
export interface Servers {
  readonly servers: readonly Listening[];
  readonly origins: ReadonlyMap<Site, string>;
}

/** What is served, whatever the address. */
export interface ServerContent {
  readonly certificate: CertificatePair;
  readonly listener: RequestListener;
}

type Opener = (
  options: EmulatorOptions,
  sites: readonly Site[],
  content: ServerContent,
) => Promise<Servers>;

const OPENERS: { readonly [layout in Layout]: Opener } = {
  names: async ({ hostSuffix = 'localhost', port = 0, host }, sites, content) => {
    const [server] = await openAll(host, [port], content);
    const suffix = `${hostSuffix}${server?.port === 443 ? '' : `:${server?.port}`}`;
    const origins = sites.map((site) => [site, `https://${site.label}.${suffix}`] as const);
    return { servers: server === undefined ? [] : [server], origins: new Map(origins) };
  },
  ports: async ({ port = 0, host }, sites, content) => {
    const ports = sites.map((_, index) => (port === 0 ? 0 : port + index));
    const servers = await openAll(host, ports, content);
    const origins = sites.map(
      (site, index) => [site, `https://localhost:${servers[index]?.port}`] as const,
    );
    return { servers, origins: new Map(origins) };
  },
};

/** Opens a server for each port, or none when one cannot be had. */
async function openAll(
  host = '127.0.0.1',
  ports: readonly number[],
  { certificate, listener }: ServerContent,
): Promise<readonly Listening[]> {
  const opening = ports.map((port) => listen({ host, port, certificate }, listener));
  const opened = await Promise.allSettled(opening);
  const servers = opened.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const failed = opened.find((one) => one.status === 'rejected');
  if (failed === undefined) return servers;
  await Promise.all(servers.map(({ server }) => close(server)));
  throw failed.reason;
}

/**
 * Opens the servers.
 *
 * @throws {EntradaError} `EMULATOR_ADDRESS` when an address is taken or not this machine's.
 */
export const openServers: Opener = (options, sites, content) =>
  OPENERS[options.layout ?? 'names'](options, sites, content);

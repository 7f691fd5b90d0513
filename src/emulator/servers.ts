import { isIP } from 'node:net';
import type { RequestListener } from 'node:http';
import { EntradaError } from '../errors.ts';
import type { Site } from './addresses.ts';
import {
  type CertificatePair,
  createCertificateAuthority,
  createServerCertificate,
} from './certificate.ts';
import type { EmulatorOptions, Layout } from './emulator-options.ts';
import { listen, type Listening } from './http/listen.ts';

/** @throws {EntradaError} `EMULATOR_ADDRESS` for an address that others can reach, unless that was asked for. */
export function refuseOpenAddress(host: string, allowed: boolean): void {
  if (allowed || ['127.0.0.1', '::1', 'localhost'].includes(host) || host.startsWith('127.'))
    return;
  throw new EntradaError('EMULATOR_ADDRESS', `${host} is no loopback address.`, {
    next: 'Listen on 127.0.0.1, or set allowAnyAddress: whoever reaches the emulator can sign in as anybody.',
  });
}

/** The certificate of the servers: for every name that they are reached by, signed by a development authority. */
export async function prepareCertificates(
  { certificateAuthority, certificateNames = [], hostSuffix = 'localhost' }: EmulatorOptions,
  sites: readonly Site[],
  host: string,
): Promise<{ authority: CertificatePair; server: CertificatePair }> {
  const authority = certificateAuthority ?? (await createCertificateAuthority());
  const names = [
    'localhost',
    ...sites.map(({ label }) => `${label}.${hostSuffix}`),
    `*.blob.${hostSuffix}`,
    '127.0.0.1',
    '::1',
    ...(isIP(host) === 0 ? [] : [host]),
    ...certificateNames,
  ];
  return { authority, server: await createServerCertificate(authority, [...new Set(names)]) };
}

/** Servers that listen, and where each site is reached. */
export interface Servers {
  readonly servers: readonly Listening[];
  readonly origins: ReadonlyMap<Site, string>;
}

const OPENERS: { readonly [layout in Layout]: typeof openServers } = {
  names: async (options, sites, host, certificate, listener) => {
    const server = await listen({ host, port: options.port ?? 0, certificate }, listener);
    const suffix = options.hostSuffix ?? 'localhost';
    const port = server.port === 443 ? '' : `:${server.port}`;
    return {
      servers: [server],
      origins: new Map(sites.map((site) => [site, `https://${site.label}.${suffix}${port}`])),
    };
  },
  ports: async (options, sites, host, certificate, listener) => {
    const first = options.port ?? 0;
    const ports = sites.map((_, index) => (first === 0 ? 0 : first + index));
    const servers = await Promise.all(
      ports.map((port) => listen({ host, port, certificate }, listener)),
    );
    const origins = sites.map(
      (site, index) => [site, `https://localhost:${servers[index]?.port}`] as const,
    );
    return { servers, origins: new Map(origins) };
  },
};

/**
 * Opens the servers.
 *
 * @throws {EntradaError} `EMULATOR_ADDRESS` when an address is taken or not this machine's.
 */
export function openServers(
  options: EmulatorOptions,
  sites: readonly Site[],
  host: string,
  certificate: CertificatePair,
  listener: RequestListener,
): Promise<Servers> {
  return OPENERS[options.layout ?? 'names'](options, sites, host, certificate, listener);
}

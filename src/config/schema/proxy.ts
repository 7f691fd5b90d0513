import type { z } from 'zod';
import {
  parseCertificateSource,
  splitCertificateSources,
  type CertificateSource,
} from '../values/certificates.ts';
import { parseProxy, PROXY_PATTERN, type ProxyEntry } from '../values/proxy.ts';
import { list, orEmpty, text, type ListInput } from './forms.ts';

/** How a method reaches the network, as it is written. */
export interface NetworkEntry {
  readonly proxy: ProxyEntry;
  readonly tls_trusted_certificates: readonly CertificateSource[];
}

export const proxySchema: z.ZodType<ProxyEntry, string | null | undefined> = orEmpty(
  text({
    parse: parseProxy,
    expects: 'a proxy, as in connect://host:port, or direct',
    pattern: PROXY_PATTERN,
    examples: [
      'connect://10.1.2.3:3128',
      'http://user:password@proxy.example.com:3128',
      'https://proxy.example.com:3129',
      'socks5://proxy.example.com:1080',
      'pac+https://wpad.example.com/proxy.pac',
      'env',
      'direct',
    ],
  }),
  { kind: 'direct' },
)
  .prefault('')
  .describe(
    'Proxy for everything that this method sends, calls of extensions included. connect://host:port and http://host:port: an HTTP proxy, every connection by CONNECT. https://host:port: the same, itself reached over TLS. socks5://host:port (or socks5h): SOCKS 5. All but connect:// take user:password@ before the host, percent-encoded. pac+https://host/path, pac+http:// on this machine, pac+file:///path: a script names the proxy of each host. env: HTTPS_PROXY, HTTP_PROXY and NO_PROXY as they are when Entrada starts. Empty or direct: no proxy, whatever the environment says.',
  );

export const trustedCertificatesSchema: z.ZodType<
  readonly CertificateSource[],
  ListInput | undefined
> = list(
  text({
    parse: parseCertificateSource,
    expects: 'the path of a PEM file, or a certificate in PEM',
    pattern: '[\\s\\S]+',
  }),
  'a list of paths of PEM files, or of certificates in PEM',
  splitCertificateSources,
)
  .prefault([])
  .describe(
    'Authorities that this method trusts besides the public ones that Node.js brings along: for proxies that inspect TLS, for proxies that are reached over TLS, and for hosts of your own. Paths of PEM files, or the PEM itself.',
  );

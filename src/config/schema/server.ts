import { z } from 'zod';
import { withTraits } from '../document/traits.ts';
import { CIDR_PATTERN, parseCidr } from '../values/cidr.ts';
import type { HostPort } from '../values/host.ts';
import { LISTEN_PATTERN, parseListen } from '../values/listen.ts';
import { parsePublicUrl, PUBLIC_URL_PATTERN } from '../values/origin.ts';
import { list, filePath, text } from './forms.ts';

/** `server`, as it is written. */
export interface ServerEntry {
  readonly public_url: string;
  readonly listen: HostPort;
  readonly tls: 'off' | { readonly certificate: string; readonly key: string };
  readonly trusted_proxies: readonly string[];
  readonly health?: { readonly listen: HostPort } | undefined;
}

const publicUrl = text({
  parse: parsePublicUrl,
  expects: 'an origin such as https://files.example.com',
  pattern: PUBLIC_URL_PATTERN,
  examples: ['https://files.example.com', 'https://files.example.com:8443'],
});

const listen = text({
  parse: parseListen,
  expects: 'an address such as 0.0.0.0:8443',
  pattern: LISTEN_PATTERN,
  examples: ['0.0.0.0:8443', '127.0.0.1:8080', '[::]:8443'],
});

const cidr = text({
  parse: parseCidr,
  expects: 'a block of addresses such as 10.0.0.0/8',
  pattern: CIDR_PATTERN,
});

const files = z.strictObject({
  certificate: filePath('the path of a PEM file').describe(
    'PEM file with the certificate of the public URL, then those between it and its authority.',
  ),
  key: filePath('the path of a PEM file').describe(
    'PEM file with the private key. Nobody but the user that Entrada runs as should be able to read it.',
  ),
});

const off = withTraits(z.literal('off'), { substitution: 'written' });

export const serverSchema: z.ZodType<ServerEntry> = z
  .strictObject({
    public_url: publicUrl.describe(
      'Where people reach Entrada: scheme, host and port, with no path and no slash at the end. The redirect URI to register in Entra is this, followed by /?redirect- and the id of the method.',
    ),
    listen: listen
      .prefault('0.0.0.0:8443')
      .describe(
        'Address and port to listen on. 0.0.0.0 or [::] means all addresses of this machine.',
      ),
    tls: withTraits(z.union([off, files]), {
      expects: '{ certificate: …, key: … }, or off behind a proxy that ends TLS',
    }).describe(
      'Certificate and key of the server; or off when a proxy in trusted_proxies ends TLS in front of it.',
    ),
    trusted_proxies: list(cidr, 'a list of blocks of addresses')
      .prefault([])
      .describe(
        'Addresses of reverse proxies. Only they are believed when they say who a request came from (X-Forwarded-For).',
      ),
    health: z
      .strictObject({
        listen: listen.describe('Address and port for /healthz, /readyz and /metrics.'),
      })
      .optional()
      .describe(
        'Health and metrics, on an address of their own that is not reachable from outside.',
      ),
  })
  .describe('How Entrada is reached.');

/**
 * Apache with mod_auth_openidc, as Debian brings them, with one person who signed in for real at a tenant of the emulator.
 * Its configuration is made for speed: threads, sessions in shared memory, connections that stay, no log, an empty file.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { freePort } from '../../src/cli/free-port.ts';
import {
  contoso,
  CONTOSO_APPLICATION_ID,
  CONTOSO_SECRET,
  CONTOSO_TENANT_ID,
  type Emulator,
  startEmulator,
} from '../../src/emulator/index.ts';
import { headerValues, type HttpClient } from '../../src/net/http.ts';
import { Net } from '../../src/net/net.ts';
import { signInByHand } from '../../src/testing/visit.ts';
import { Visitor } from '../../src/testing/visitor.ts';
import { untilItListens } from '../../test/_support/until-it-listens.ts';

const APACHE = '/usr/sbin/apache2';
const MODULES = '/usr/lib/apache2/modules';
const NEEDED = [APACHE, `${MODULES}/mod_auth_openidc.so`];

/** The page that is asked for under load. */
export const PROTECTED = '/auth/verify';

const SESSION = 'mod_auth_openidc_session';

export interface StartedApache {
  readonly child: ChildProcess;
  readonly port: number;
  readonly cookie: string;
}

/** Starts it in the foreground, signs somebody in, and ends with the process. Null when Debian's packages are missing. */
export async function startApache(): Promise<StartedApache | null> {
  if (!NEEDED.every((file) => existsSync(file))) return null;
  const port = await freePort();
  const emulator = await startEmulator({
    tenants: [contoso([`http://localhost:${port}/auth/callback`])],
  });
  const child = start(folderWith(emulator, port));
  await untilItListens(port, 'apache2');
  const cookie = await signIn(emulator, `http://localhost:${port}${PROTECTED}`);
  await emulator.close();
  return { child, port, cookie };
}

/** What Apache reads, in a folder that ends with this process. Its workers are not root, and read it, too. */
function folderWith(emulator: Emulator, port: number): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'entrada-bench-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(path.join(folder, 'files/auth'), { recursive: true });
  writeFileSync(path.join(folder, 'files', PROTECTED), '');
  writeFileSync(path.join(folder, 'ca.crt'), emulator.ca);
  writeFileSync(path.join(folder, 'apache.conf'), configuration(folder, emulator, port));
  chmodSync(folder, 0o755);
  return folder;
}

function start(folder: string): ChildProcess {
  const child = spawn(APACHE, ['-f', path.join(folder, 'apache.conf'), '-D', 'FOREGROUND'], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  process.on('exit', () => child.kill());
  child.once('exit', (code) => {
    if (code !== null) throw new Error(`apache2 ended with ${code}`);
  });
  return child;
}

const LOADED = ['mpm_event', 'authn_core', 'authz_core', 'authz_user', 'auth_openidc'];

const configuration = (folder: string, { login }: Emulator, port: number): string => `
ServerRoot ${folder}
ServerName localhost
Listen 127.0.0.1:${port}
PidFile ${folder}/apache.pid
DefaultRuntimeDir ${folder}
ErrorLog /dev/null
LogLevel emerg
${LOADED.map((name) => `LoadModule ${name}_module ${MODULES}/mod_${name}.so`).join('\n')}
${process.getuid?.() === 0 ? 'User www-data\nGroup www-data' : ''}
ServerLimit 2
StartServers 2
ThreadLimit 64
ThreadsPerChild 64
MinSpareThreads 64
MaxSpareThreads 128
MaxRequestWorkers 128
MaxConnectionsPerChild 0
KeepAlive On
MaxKeepAliveRequests 0
KeepAliveTimeout 60
HostnameLookups Off
FileETag None
DocumentRoot ${folder}/files
<Directory ${folder}/files>
  AllowOverride None
  Options FollowSymLinks
</Directory>
OIDCProviderMetadataURL ${login}/${CONTOSO_TENANT_ID}/v2.0/.well-known/openid-configuration
OIDCCABundlePath ${folder}/ca.crt
OIDCClientID ${CONTOSO_APPLICATION_ID}
OIDCClientSecret ${CONTOSO_SECRET}
OIDCRedirectURI http://localhost:${port}/auth/callback
OIDCCryptoPassphrase a-passphrase-of-the-benchmark
OIDCResponseType code
OIDCPKCEMethod S256
OIDCScope "openid profile"
OIDCRemoteUserClaim preferred_username
OIDCSessionType server-cache
OIDCSessionInactivityTimeout 1800
OIDCCacheType shm
OIDCCacheEncrypt Off
OIDCPassClaimsAs none
<Location /auth>
  AuthType openid-connect
  Require valid-user
</Location>
`;

/** The cookie of a session that Apache made for somebody whom the tenant signed in. */
async function signIn(emulator: Emulator, url: string): Promise<string> {
  await using net = new Net();
  const route = { proxy: { kind: 'direct' }, ca: [emulator.ca], addresses: 'any' } as const;
  const cookies: string[] = [];
  const http: HttpClient = async (request) => {
    const response = await net.client(route)(request);
    cookies.push(...headerValues(response, 'set-cookie'));
    return response;
  };
  const { page } = await signInByHand(new Visitor(http), url, 'jane@contoso.example');
  const session = cookies.findLast((line) => line.startsWith(`${SESSION}=`))?.split(';', 1)[0];
  if (session !== undefined && page.status === 200) return session;
  throw new Error(`not signed in at Apache: ${page.status} ${page.html}`);
}

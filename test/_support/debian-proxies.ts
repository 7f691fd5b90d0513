import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { startDaemon, type Listening, type Teardown } from './daemon.ts';
import { requireDebian } from './debian.ts';
import { quietPort } from './quiet-port.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** A proxy of Debian that runs as long as the test. */
export interface DebianProxy extends Listening {
  /** The lines of its log. */
  readonly log: () => string;
}

/** Where they listen. */
const host = '127.0.0.1';

/** tinyproxy: CONNECT without credentials, or with one user name and password. */
export async function startTinyproxy(
  t: Teardown,
  { user }: { readonly user?: readonly [string, string] } = {},
): Promise<DebianProxy> {
  const folder = openFolder(t);
  const port = await quietPort(host);
  const [config, log] = ['tinyproxy.conf', 'log'].map((name) => path.join(folder, name)) as [
    string,
    string,
  ];
  const lines = [
    `Port ${port}`,
    `Listen ${host}`,
    'Timeout 60',
    'MaxClients 200',
    `LogFile "${log}"`,
    'LogLevel Connect',
    'Allow 127.0.0.0/8',
    ...(user ? [`BasicAuth ${user.join(' ')}`] : []),
  ];
  writeFileSync(config, `${lines.join('\n')}\n`);
  await startDaemon(t, [requireDebian('tinyproxy'), '-d', '-c', config], { host, port });
  return { host, port, log: () => read(log) };
}

/** What a squid of a test does. */
export interface SquidOptions {
  /** Who may use it; without: everybody. */
  readonly users?: { readonly [name: string]: string };
  /** PEM: it is reached over TLS. */
  readonly tls?: { readonly certificate: string; readonly key: string };
  /** PEM: it opens TLS and signs what it shows instead; `trusts` is the authority of the hosts. */
  readonly inspect?: {
    readonly certificate: string;
    readonly key: string;
    readonly trusts: string;
  };
  /** Names that it alone knows. */
  readonly hosts?: { readonly [name: string]: string };
}

/** A squid of Debian. */
export interface Squid extends DebianProxy {
  /** Changes who may use it. It looks at a changed file within a second. */
  setUsers(users: { readonly [name: string]: string }): void;
  /** Ends it with all its connections, and starts it again at the same port. */
  restart(): Promise<void>;
}

const HELPERS = '/usr/lib/squid';

export async function startSquid(t: Teardown, options: SquidOptions = {}): Promise<Squid> {
  const program = requireDebian('squid');
  const { users, hosts = {} } = options;
  const folder = openFolder(t);
  const port = await quietPort(host);
  const put = (name: string, text: string): string => {
    const file = path.join(folder, name);
    writeFileSync(file, text);
    chmodSync(file, 0o644);
    return file;
  };
  const setUsers = (all: SquidOptions['users']): void => void put('users', passwordFile(all ?? {}));
  setUsers(users);
  const names = Object.entries(hosts).map(([name, address]) => `${address} ${name}`);
  const lines = [
    listenLine(`${host}:${port}`, options, put),
    ...(options.inspect ? inspectLines(options.inspect, folder, put) : []),
    ...(users ? credentialLines(folder) : ['http_access allow all']),
    'http_access deny all',
    `hosts_file ${put('hosts', `127.0.0.1 localhost\n${names.join('\n')}\n`)}`,
    'cache deny all',
    'pid_filename none',
    'pinger_enable off',
    'visible_hostname squid.test',
    'shutdown_lifetime 0 seconds',
    'max_filedescriptors 1024',
    `access_log stdio:${path.join(folder, 'access')}`,
    `cache_log ${path.join(folder, 'cache')}`,
  ];
  const config = put('squid.conf', `${lines.join('\n')}\n`);
  const start = () => startDaemon(t, [program, '-N', '-f', config], { host, port });
  let daemon = await start();
  const restart = async (): Promise<void> => {
    await daemon.end();
    daemon = await start();
  };
  return { host, port, setUsers, restart, log: () => read(path.join(folder, 'access')) };
}

type Put = (name: string, text: string) => string;

function listenLine(at: string, { tls, inspect }: SquidOptions, put: Put): string {
  if (tls) {
    const [cert, key] = [put('tls.crt', tls.certificate), put('tls.key', tls.key)];
    return `https_port ${at} tls-cert=${cert} tls-key=${key}`;
  }
  if (!inspect) return `http_port ${at}`;
  const [cert, key] = [put('inspect.crt', inspect.certificate), put('inspect.key', inspect.key)];
  return `http_port ${at} ssl-bump generate-host-certificates=on tls-cert=${cert} tls-key=${key}`;
}

function inspectLines(
  { trusts }: NonNullable<SquidOptions['inspect']>,
  folder: string,
  put: Put,
): readonly string[] {
  const database = path.join(folder, 'certificates');
  const program = path.join(HELPERS, 'security_file_certgen');
  execFileSync(program, ['-c', '-s', database, '-M', '4MB'], { stdio: 'pipe' });
  execFileSync('/bin/chmod', ['-R', 'a+rwX', database]);
  return [
    `sslcrtd_program ${program} -s ${database} -M 4MB`,
    'sslcrtd_children 2 startup=1',
    `tls_outgoing_options cafile=${put('trusts.crt', trusts)}`,
    'ssl_bump bump all',
  ];
}

function credentialLines(folder: string): readonly string[] {
  return [
    `auth_param basic program ${path.join(HELPERS, 'basic_ncsa_auth')} ${path.join(folder, 'users')}`,
    'auth_param basic children 2 startup=1',
    'auth_param basic realm proxy',
    'auth_param basic credentialsttl 1 seconds',
    'acl known proxy_auth REQUIRED',
    'http_access allow known',
  ];
}

/** The form of htpasswd. */
function passwordFile(users: { readonly [name: string]: string }): string {
  return Object.entries(users)
    .map(([name, password]) => {
      const hash = execFileSync(requireDebian('openssl'), ['passwd', '-apr1', '-stdin'], {
        input: password,
      });
      return `${name}:${hash.toString()}`;
    })
    .join('');
}

/** microsocks: SOCKS 5, for everybody or for one user name and password. */
export async function startMicrosocks(
  t: Teardown,
  { user }: { readonly user?: readonly [string, string] } = {},
): Promise<DebianProxy> {
  const port = await quietPort(host);
  const credentials = user ? ['-u', user[0], '-P', user[1]] : [];
  const command = [requireDebian('microsocks'), '-i', host, '-p', String(port), ...credentials];
  const { output } = await startDaemon(t, command, { host, port });
  return { host, port, log: output };
}

/** dante: SOCKS 5 for everybody, to every port but those that are blocked. */
export async function startDante(
  t: Teardown,
  { blockedPort }: { readonly blockedPort?: number } = {},
): Promise<DebianProxy> {
  const folder = openFolder(t);
  const port = await quietPort(host);
  const log = path.join(folder, 'log');
  const all = 'from: 0.0.0.0/0 to: 0.0.0.0/0';
  const lines = [
    `logoutput: ${log}`,
    `internal: ${host} port = ${port}`,
    'external: lo',
    'external.rotation: route',
    'clientmethod: none',
    'socksmethod: none',
    `client pass { ${all} }`,
    ...(blockedPort === undefined
      ? []
      : [`socks block { ${all} port = ${blockedPort} log: connect }`]),
    `socks pass { ${all} log: connect }`,
  ];
  const config = path.join(folder, 'danted.conf');
  writeFileSync(config, `${lines.join('\n')}\n`);
  const command = [
    requireDebian('danted'),
    '-N',
    '1',
    '-f',
    config,
    '-p',
    path.join(folder, 'pid'),
  ];
  await startDaemon(t, command, { host, port });
  return { host, port, log: () => read(log) };
}

/** A folder that a daemon can write to which gives up being root. */
function openFolder(t: Teardown): string {
  const folder = temporaryFolder(t);
  chmodSync(folder, 0o777);
  return folder;
}

function read(file: string): string {
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}

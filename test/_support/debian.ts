import { execFileSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';

/** A program of Debian that a test needs. */
interface Component {
  /** The package that brings it. */
  readonly package: string;
  /** Tells the build that is needed from another one of the same name. */
  readonly fits?: (path: string) => boolean;
}

const COMPONENTS: { readonly [program: string]: Component } = {
  nginx: { package: 'nginx-light' },
  chromium: { package: 'chromium' },
  tinyproxy: { package: 'tinyproxy-bin' },
  squid: {
    package: 'squid-openssl',
    fits: (path) => execFileSync(path, ['-v']).includes('--with-openssl'),
  },
  microsocks: { package: 'microsocks' },
  danted: { package: 'dante-server' },
  ip: { package: 'iproute2' },
  openssl: { package: 'openssl' },
  wrk: { package: 'wrk' },
};

/** Where Debian keeps programs, for an environment whose PATH lacks the administrator's folders. */
const FOLDERS = ['/usr/sbin', '/usr/bin', '/sbin', '/bin', '/usr/local/bin'];

/**
 * Finds a program. As root it is installed when missing; else the test fails and says what to install.
 *
 * @param program As in `nginx`.
 * @returns Absolute path.
 */
export function requireDebian(program: keyof typeof COMPONENTS & string): string {
  const found = find(program);
  if (found !== undefined) return found;
  const name = COMPONENTS[program]?.package ?? program;
  const installed = process.getuid?.() === 0 ? install(name, program) : undefined;
  if (installed !== undefined) return installed;
  throw new Error(
    `this test needs ${program}: install Debian's package ${name} (apt-get install ${name})`,
  );
}

function find(program: string): string | undefined {
  const folders = [...(process.env['PATH'] ?? '').split(':'), ...FOLDERS];
  const fits = COMPONENTS[program]?.fits ?? (() => true);
  return folders
    .map((folder) => join(folder, program))
    .find((path) => isExecutable(path) && fits(path));
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** One process at a time: apt-get waits for the lock of another test file. */
function install(name: string, program: string): string | undefined {
  const options = ['-y', '--no-install-recommends', '-o', 'DPkg::Lock::Timeout=120'];
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const run = (...rest: readonly string[]): Buffer =>
    execFileSync('/usr/bin/apt-get', [...options, ...rest], {
      env,
      stdio: 'pipe',
      timeout: 100_000,
    });
  try {
    run('install', name);
  } catch {
    run('update');
    run('install', name);
  }
  return find(program);
}

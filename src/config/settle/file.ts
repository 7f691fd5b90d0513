import { resolve } from 'node:path';
import type { Config, GroupConfig, RoleConfig, ServerConfig, ServiceConfig } from '../config.ts';
import type { EntradaFile } from '../schema/file.ts';
import type { GroupEntry, RoleEntry } from '../schema/group.ts';
import type { ServerEntry } from '../schema/server.ts';
import type { ServiceEntry } from '../schema/service.ts';
import type { Sources } from '../sources.ts';
import { FILE_PERMISSIONS } from '../values/permission.ts';
import { settleAuthentication } from './authentication.ts';
import { settleExtension } from './extension.ts';
import { settleRule } from './mapping.ts';
import { deepFreeze } from '../../deep-freeze.ts';

/** Makes the configuration of a file that was found right: paths absolute, choices settled, frozen. */
export function settleFile(file: EntradaFile, sources: Sources): Config {
  const { directory } = sources;
  return deepFreeze({
    directory,
    server: settleServer(file.server, directory),
    session: { idleMs: file.session.idle, absoluteMs: file.session.absolute },
    store: { kind: 'sqlite', path: resolve(directory, file.store) },
    keys: file.keys.flat(),
    explain: { retentionMs: file.explain.retention },
    authentications: file.authentications.map((entry) => settleAuthentication(entry, sources)),
    groups: file.groups.map((entry) => settleGroup(entry, directory)),
    roles: file.roles.map(settleRole),
    services: file.services.map((entry) => settleService(entry, file)),
    mapping: file.mapping.map(settleRule),
    extensions: file.extensions.map((entry) => settleExtension(entry, directory)),
  });
}

function settleServer(entry: ServerEntry, directory: string): ServerConfig {
  const { tls } = entry;
  return {
    publicUrl: entry.public_url,
    listen: entry.listen,
    tls:
      tls === 'off'
        ? 'off'
        : { certificate: resolve(directory, tls.certificate), key: resolve(directory, tls.key) },
    trustedProxies: entry.trusted_proxies,
    health: entry.health ?? null,
  };
}

function settleGroup(entry: GroupEntry, directory: string): GroupConfig {
  const { id, name, enabled, description, permissions, home_folder_path: home } = entry;
  const homeFolderPath = home === undefined || home === null ? null : resolve(directory, home);
  return {
    id,
    name,
    entraGroupId: entry.entra_group_id ?? null,
    enabled,
    description,
    homeFolderPath,
    permissions: permissions.flatMap(settlePermission),
  };
}

/** A line of permissions for everywhere is as many permissions; one with a pattern stays a line. */
function settlePermission(line: string): readonly string[] {
  const [first = '', ...rest] = line.split(', ');
  return FILE_PERMISSIONS.includes(first) ? [first, ...rest] : [line];
}

function settleRole({ id, name, enabled, description, permissions }: RoleEntry): RoleConfig {
  return { id, name, enabled, description, permissions };
}

function settleService(entry: ServiceEntry, file: EntradaFile): ServiceConfig {
  return {
    type: entry.type,
    path: entry.path,
    authentications: entry.authentications ?? file.authentications.map(({ id }) => id),
    hosts: 'hosts' in entry ? entry.hosts : [],
  };
}

import type { AuthenticationConfig, Config, ServiceConfig } from '../config/config.ts';

/**
 * The methods that a person can choose from at a service, in order. Of several `entra-id` methods the first one counts:
 * the tenant decides who a person is, and there is one.
 */
export function chainOf(config: Config, service: ServiceConfig): readonly AuthenticationConfig[] {
  const ids = service.authentications;
  const all =
    ids.length === 0
      ? config.authentications
      : ids.flatMap((id) => config.authentications.filter((method) => method.id === id));
  const first = all.find(({ type }) => type === 'entra-id');
  return all.filter((method) => method.type !== 'entra-id' || method === first);
}

/** The service at a path; undefined for a path that is none's. */
export function serviceAt(config: Config, path: string): ServiceConfig | undefined {
  return config.services.find((service) => service.path === path);
}

/** Where somebody signs in who did not say where: the file browser, or else the first service. */
export function defaultService(config: Config): ServiceConfig | undefined {
  const files = config.services.find(({ type }) => type === 'file-browser');
  return files ?? config.services[0];
}

/** The page of a service: where somebody goes who asked for none. Forward-auth has none of its own. */
export function homeOf({ type, path }: ServiceConfig): string {
  return type === 'forward-auth' ? '/' : path;
}

/** What a service is called on pages. */
export const SERVICE_NAMES: { readonly [type in ServiceConfig['type']]: string } = {
  'file-browser': 'Files',
  'management-console': 'Management console',
  'forward-auth': 'Applications',
};

import type { ServiceConfig, ServiceType } from '../config/config.ts';
import { below } from './addresses.ts';
import { ASSETS } from './assets.ts';
import type { Asset } from './assets.ts';
import { callbackRoutes } from './callback.ts';
import { keysRoute } from './forward-keys.ts';
import { forwardSignInRoute, forwardSignOutRoute, startRoute } from './forward-start.ts';
import { verifyLane } from './forward-verify.ts';
import type { Lane } from './forward-verify.ts';
import { frontChannelRoute } from './front-channel.ts';
import type { Parts } from './parts.ts';
import { passwordRoute } from './password-form.ts';
import { photoRoute } from './photo.ts';
import { giveAsset } from './respond.ts';
import type { Route } from './route.ts';
import { signInRoute } from './sign-in.ts';
import { signOutRoute } from './sign-out.ts';
import { whoAmIRoute } from './who-am-i.ts';

/** Every address of the gateway. */
export function allRoutes(parts: Parts): readonly Route[] {
  return [
    ...callbackRoutes(parts),
    signInRoute(parts),
    ...passwordRoutes(parts),
    signOutRoute(parts),
    frontChannelRoute(parts),
    ...Object.values(ASSETS).map(assetRoute),
    ...parts.config.services.flatMap((service) => OF_SERVICE[service.type](service, parts)),
    ...aliasRoutes(parts),
  ];
}

/** There is no form where no method takes a password. */
function passwordRoutes(parts: Parts): readonly Route[] {
  const { authentications } = parts.config;
  return authentications.some(({ type }) => type === 'extension') ? [passwordRoute(parts)] : [];
}

/** The checks of forward-auth by exact path: they stand before the router. */
export function allLanes(parts: Parts): ReadonlyMap<string, Lane> {
  const services = forwardServices(parts);
  const lanes = services.map((service) => [service, verifyLane(service, parts)] as const);
  const own = lanes.map(([service, lane]) => [below(service, 'verify'), lane] as const);
  const alias = lanes.slice(0, 1).map(([, lane]) => ['/oauth2/auth', lane] as const);
  return new Map([...own, ...alias]);
}

const OF_SERVICE: {
  readonly [type in ServiceType]: (service: ServiceConfig, parts: Parts) => readonly Route[];
} = {
  'file-browser': personalRoutes,
  'management-console': personalRoutes,
  'forward-auth': (service, parts) => [
    startRoute(below(service, 'start'), service, parts),
    keysRoute(below(service, 'jwks.json'), parts),
  ],
};

/** What a signed-in person is shown of themselves. */
function personalRoutes(service: ServiceConfig, parts: Parts): readonly Route[] {
  return [whoAmIRoute(service, parts), photoRoute(service, parts)];
}

/** The paths that oauth2-proxy has, for proxies that were set up for it; they mean the first forward-auth service. */
function aliasRoutes(parts: Parts): readonly Route[] {
  return forwardServices(parts)
    .slice(0, 1)
    .flatMap((service) => [
      startRoute('/oauth2/start', service, parts),
      forwardSignInRoute('/oauth2/sign_in', service, parts),
      forwardSignOutRoute('/oauth2/sign_out', service),
    ]);
}

const forwardServices = ({ config }: Parts): readonly ServiceConfig[] =>
  config.services.filter(({ type }) => type === 'forward-auth');

function assetRoute({ path, type, content }: Asset): Route {
  return {
    name: 'asset',
    method: 'GET',
    path,
    access: 'public',
    handle: async () => giveAsset(type, content),
  };
}

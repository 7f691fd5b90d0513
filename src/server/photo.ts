import type { ServiceConfig } from '../config/config.ts';
import { photoAddress } from './addresses.ts';
import { initials } from './pages/initials.ts';
import type { Parts } from './parts.ts';
import { giveImage } from './respond.ts';
import type { Route } from './route.ts';

/** The photo of the person who is signed in, or their initials: a page can rely on there being an image. */
export function photoRoute(service: ServiceConfig, { photos }: Parts): Route {
  return {
    name: `photo-${service.type}`,
    method: 'GET',
    path: photoAddress(service),
    access: 'session',
    service,
    async handle(_request, session) {
      const photo = await photos.of(session);
      if (photo !== null) return giveImage('image/jpeg', photo);
      const { name, username } = session.principal;
      return giveImage('image/svg+xml; charset=utf-8', initials(name ?? username).toString());
    },
  };
}

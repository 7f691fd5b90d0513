import type { Reply } from '../http/reply.ts';
import { type GraphCall, graphJson, type GraphRoute, type Permissions } from './graph-route.ts';
import { ofPerson, personOf, READ_ME, READ_PEOPLE } from './people.ts';

/** Side lengths of photos. Unit: pixels. */
const SIZES: readonly string[] = ['48', '64', '96', '120', '240', '360', '432', '504', '648'].map(
  (side) => `${side}x${side}`,
);

const READ_PHOTOS: Permissions = {
  delegated: ['User.ReadBasic.All', ...READ_PEOPLE],
  application: READ_PEOPLE,
};

/** The photo, or the error that there is none. */
function photoOf(call: GraphCall): Uint8Array | Reply {
  const person = personOf(call);
  if ('status' in person) return person;
  const size = call.parameters['size'];
  const known = size === undefined || SIZES.includes(size);
  return (known ? person.photo : null) ?? call.error(call.caller.tenant.variants.photoMissing);
}

/**
 * The bytes of a photo; the emulator has one size only.
 *
 * @see https://learn.microsoft.com/graph/api/profilephoto-get
 */
function getPhoto(call: GraphCall): Reply {
  const photo = photoOf(call);
  if (!(photo instanceof Uint8Array)) return photo;
  return { status: 200, headers: { 'Content-Type': 'image/jpeg' }, body: photo };
}

function describePhoto(call: GraphCall): Reply {
  const photo = photoOf(call);
  if (!(photo instanceof Uint8Array)) return photo;
  const id = call.parameters['size'] ?? '48x48';
  const [width, height] = id.split('x').map(Number);
  return graphJson({
    '@odata.context': `${call.base}/$metadata#users('${call.caller.person?.oid ?? ''}')/photo/$entity`,
    '@odata.mediaContentType': 'image/jpeg',
    id,
    height,
    width,
  });
}

const route = (path: string, handle: GraphRoute['handle']): GraphRoute => ({
  endpoint: 'graph.photo',
  methods: ['GET'],
  path,
  permissions: ofPerson(READ_ME, READ_PHOTOS),
  handle,
});

/** Photos of people. */
export const PHOTO_ROUTES: readonly GraphRoute[] = ['/me', '/users/:id'].flatMap((owner) => [
  route(`${owner}/photo`, describePhoto),
  route(`${owner}/photo/$value`, getPhoto),
  route(`${owner}/photos/:size`, describePhoto),
  route(`${owner}/photos/:size/$value`, getPhoto),
]);

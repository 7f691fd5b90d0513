import { allow, deny, type Extension } from 'entrada/extension';

const STORAGE = 'https://storage.azure.com';

/** Version of Azure Storage's REST interface that this extension speaks. */
const VERSION = '2024-11-04';

/** Makes sure that everybody who signs in has a container of their own in Azure Storage. */
export default {
  async decide(signIn, ctx) {
    const name = containerName(signIn.principal.oid);
    const response = await fetch(
      `https://${ctx.config.account}.blob.core.windows.net/${name}?restype=container`,
      {
        method: 'PUT',
        headers: {
          authorization: `Bearer ${ctx.token(STORAGE)}`,
          'x-ms-version': VERSION,
          'x-ms-date': new Date().toUTCString(),
        },
        signal: ctx.signal,
      },
    );
    if (response.status === 201) ctx.log.info(`made the container ${name}`);
    // 409 ContainerAlreadyExists: it was there, which is as good.
    if (response.status === 201 || response.status === 409) return allow();
    if (response.status !== 403) throw new Error(`Azure Storage answered ${response.status}`);
    return deny('storage', {
      message: 'Your storage could not be prepared: you have no permission there.',
    });
  },
} satisfies Extension<{ account: string }>;

/** By the object id, which stays; a username would change, and has characters that no container's name has. */
function containerName(oid: string): string {
  return `home-${oid}`;
}

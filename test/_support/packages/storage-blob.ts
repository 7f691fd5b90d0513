import { BlobServiceClient, type RestError } from '@azure/storage-blob';

const credential = {
  getToken: async () => ({ token: 'a-handle', expiresOnTimestamp: Date.now() + 3_600_000 }),
};

/** Lists a container, uploads, downloads and meets an error, as a program elsewhere would. */
export default {
  async run(): Promise<unknown> {
    const client = new BlobServiceClient('https://account.blob.core.windows.net', credential);
    const container = client.getContainerClient('reports');
    const names: string[] = [];
    for await (const { name } of container.listBlobsFlat()) names.push(name);
    const { etag } = await container.getBlockBlobClient('new.txt').upload('grüße', 7);
    const { blobBody } = await container.getBlobClient('old.txt').download();
    const text = await (await blobBody)?.text();
    const missing: unknown = await container
      .getBlobClient('missing')
      .getProperties()
      .catch((error: RestError) => [
        error.statusCode,
        (error.details as { errorCode: string }).errorCode,
      ]);
    return { names, etag, text, missing };
  },
};

import { Client, GraphError, PageIterator } from '@microsoft/microsoft-graph-client';

/** Reads an object, walks pages, sends one and meets an error, as a program elsewhere would. */
export default {
  async run(): Promise<unknown> {
    const client = Client.init({ authProvider: (done) => done(null, 'a-handle') });
    const { department } = await client.api('/me').select(['department']).get();
    const names: string[] = [];
    const first = await client.api('/groups').top(1).get();
    const pages = new PageIterator(client, first, ({ name }) => names.push(name) > 0);
    await pages.iterate();
    const { id } = await client.api('/me/messages').post({ subject: 'hello' });
    const refused: unknown = await client
      .api('/users')
      .get()
      .catch((error: unknown) => error instanceof GraphError && [error.statusCode, error.code]);
    return { department, names, id, refused };
  },
};

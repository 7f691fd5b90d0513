import { writeFileSync } from 'node:fs';
import path from 'node:path';

import test, { type ExecutionContext } from 'ava';

import { prepareConfig } from '../../src/cli/load.ts';
import { entraId, extension, fileWith, KEY } from '../_support/config-file.ts';
import { temporaryFolder } from '../_support/temporary-folder.ts';
import { writeExtension } from '../_support/world.ts';

const GRAPH = 'https://graph.microsoft.com';
const ALLOWS = "export default { decide: () => ({ decision: 'allow' }) };";

/** What is said of one extension in a configuration that is otherwise right, as `severity CODE path line: message`. */
async function saidOf(
  t: ExecutionContext,
  manifest: { readonly [key: string]: unknown },
  entry: { readonly [key: string]: unknown },
  allowUnapproved = true,
): Promise<readonly string[]> {
  const source = writeExtension(t, 'gate', ALLOWS, manifest);
  const file = path.join(temporaryFolder(t), 'entrada.yaml');
  const extensions = [extension({ source, mode: 'enforce', ...entry })];
  const methods = [entraId({ api_scopes: `${GRAPH}/User.Read`, password: 'a-client-secret' })];
  const config = fileWith({ keys: [KEY], authentications: methods, extensions });
  writeFileSync(file, JSON.stringify(config, null, 1));
  const { faults } = await prepareConfig(file, allowUnapproved);
  return faults
    .filter(({ path: place }) => place.startsWith('extensions'))
    .map(({ severity, code, path: place, position, message }) =>
      [severity, code, place, position ? 'placed' : 'nowhere', message].join(' '),
    );
}

const ME = { resource: GRAPH, allow: ['GET /v1.0/me', 'GET /v1.0/me/manager'] };
const GIVEN = { tokens: [{ resource: GRAPH, allow: ['GET /v1.0/me'] }] };

test('a grant that is narrower than the request is a warning that names the difference', async (t) => {
  const said = await saidOf(t, { requests: { tokens: [ME] } }, { grant: GIVEN });
  t.is(said.length, 1);
  t.regex(
    said[0] ?? '',
    /^warning CONFIG_GRANT_NARROWER extensions\[0\]\.source placed .*GET \/v1\.0\/me\/manager/,
  );
});

test('it is an error where the manifest says that it is required', async (t) => {
  const requests = { tokens: [{ ...ME, required: true }] };
  const said = await saidOf(t, { requests }, { grant: GIVEN });
  t.is(said.length, 1);
  t.regex(
    said[0] ?? '',
    /^error CONFIG_GRANT_NARROWER extensions\[0\]\.source placed .*GET \/v1\.0\/me\/manager/,
  );
});

test('a grant of all that is asked for is no fault', async (t) => {
  const said = await saidOf(t, { requests: { tokens: [ME] } }, { grant: { tokens: [ME] } });
  t.deepEqual(said, []);
});

test('a power of enrich that is not granted is told by its name', async (t) => {
  const requests = { enrich: { claims: ['tier', 'level'], groups: ['People'] } };
  const grant = { enrich: { claims: ['tier'] } };
  const said = await saidOf(t, { requests }, { grant });
  t.deepEqual(
    said.map((line) => line.split(': ').slice(-2).join(': ')),
    ['enrich groups: People.', 'enrich claims: level.'],
  );
});

test('a config that the manifest does not take is an error at its value', async (t) => {
  const config = { type: 'object', properties: { departments: { type: 'array' } } };
  const said = await saidOf(t, { config }, { config: { departments: 'Finance' } });
  t.is(said.length, 1);
  t.regex(
    said[0] ?? '',
    /^error EXTENSION_CONFIG_INVALID extensions\[0\]\.config\.departments placed /,
  );
});

test('an extension that is enforced and another than the approved one is an error at its hash', async (t) => {
  const integrity = `sha256-${Buffer.alloc(32).toString('base64')}`;
  const said = await saidOf(t, {}, { integrity }, false);
  t.is(said.length, 1);
  t.regex(said[0] ?? '', /^error EXTENSION_UNAPPROVED extensions\[0\]\.integrity placed /);
});

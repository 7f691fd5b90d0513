/**
 * A process that makes, asks and ends isolates with the platform in them, one after the other, and writes what each took of
 * CPU time: for flags of V8 that a runner of a checkout cannot be started with, since Node.js strips no types then. It is
 * JavaScript for the same reason. Arguments: file of the platform, file of the bundle, how many.
 */
import { readFileSync, writeSync } from 'node:fs';
import process from 'node:process';

import ivm from 'isolated-vm';

const [platform, bundle] = process.argv.slice(2, 4).map((file) => readFileSync(file, 'utf8'));
const count = Number(process.argv[4]);
const event = { principal: { username: 'jane', groups: ['Staff'] } };
const call = JSON.stringify({
  hook: 'decide',
  event,
  config: {},
  tokens: {},
  secrets: {},
  deadline: Date.now() + 3_600_000,
  messageLength: 100_000,
  resultLength: 100_000,
});

function cached(source) {
  const isolate = new ivm.Isolate();
  const { cachedData } = isolate.compileScriptSync(source, { produceCachedData: true });
  isolate.dispose();
  return cachedData;
}

const caches = { platform: cached(platform), bundle: cached(bundle) };

async function once() {
  const isolate = new ivm.Isolate({ memoryLimit: 64 });
  const context = isolate.createContextSync();
  const load = (source, cachedData) =>
    isolate
      .compileScriptSync(source, cachedData ? { cachedData } : {})
      .runSync(context, { reference: true });
  const answered = Promise.withResolvers();
  const send = new ivm.Callback((type, _id, _name, text) => answered.resolve([type, text]), {
    ignored: true,
  });
  const ask = new ivm.Callback(() => '');
  const receive = load(platform, caches.platform).applySync(undefined, [send, ask], {
    result: { reference: true },
  });
  receive.applySync(undefined, ['define', 0, '', load(bundle, caches.bundle).derefInto()]);
  await receive.apply(undefined, ['invoke', 0, call], { result: { copy: true } });
  const [type, text] = await answered.promise;
  if (type !== 'done' || text !== '{"decision":"allow"}') throw new Error(`${type} ${text}`);
  isolate.dispose();
}

for (let i = 0; i < 20; i++) await once();
const before = process.cpuUsage();
for (let i = 0; i < count; i++) await once();
const { user, system } = process.cpuUsage(before);
writeSync(1, `${(user + system) / 1000 / count}\n`);
// As a runner ends: an ordinary exit takes down what threads of ended isolates still use.
process.kill(process.pid, 'SIGKILL');

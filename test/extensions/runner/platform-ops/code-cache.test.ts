import ivm from 'isolated-vm';
import test from 'ava';

import { makeCodeCache } from '../../../../src/extensions/runner/platform-ops/code-cache.ts';
import { platformScript } from '../../../_support/platform-isolate.ts';

for (const fetches of [false, true]) {
  test(`V8 takes the code cache in an isolate, ${fetches ? 'with' : 'without'} what fetching needs`, async (t) => {
    const { code } = await platformScript();
    const cache = makeCodeCache(code, { fetches });
    const isolate = new ivm.Isolate();
    const cachedData = new ivm.ExternalCopy(new Uint8Array(cache).buffer);
    const script = isolate.compileScriptSync(code, { filename: 'entrada:platform', cachedData });
    t.is(Reflect.get(script, 'cachedDataRejected'), false);
    t.is(script.runSync(isolate.createContextSync(), { reference: true }).typeof, 'function');
    isolate.dispose();
  });
}

test('a script that is not the platform is refused', (t) => {
  t.throws(() => makeCodeCache('5', { fetches: false }), { message: /no boot/ });
});

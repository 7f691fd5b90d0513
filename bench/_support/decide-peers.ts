/** The same small decision, made by other ways of running code of somebody else. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import vm from 'node:vm';
import { Worker } from 'node:worker_threads';

import ivm from 'isolated-vm';
import { Agent, request } from 'undici';

import { freePort } from '../../src/cli/free-port.ts';
import { madeUpSignIn } from '../../src/testing/index.ts';
import type { Contender } from './beside.ts';
import { peer } from './peers.ts';

const require = createRequire(import.meta.url);

const DECIDE = `(signIn) => ({ decision: signIn.principal.username === 'jane' ? 'allow' : 'deny' })`;
const TEXTUAL = `(text) => JSON.stringify((${DECIDE})(JSON.parse(text)))`;
const EVENT = JSON.stringify(madeUpSignIn({ claims: { filler: 'x'.repeat(1_200) } }));
const WORKER = `const decide = ${DECIDE};
export default { async fetch(request) { return Response.json(decide(await request.json())); } };`;

function check(answer: string): void {
  if (answer !== '{"decision":"allow"}') throw new Error(`a wrong answer: ${answer}`);
}

const nothing = async (): Promise<void> => undefined;

function nodeVm(): Contender {
  const script = new vm.Script(`(${TEXTUAL})`);
  return {
    name: 'node:vm, fresh context',
    call: async () => check(script.runInContext(vm.createContext({}))(EVENT)),
    [Symbol.asyncDispose]: nothing,
  };
}

function workerThread(): Contender {
  const code = `const { parentPort, workerData } = require('node:worker_threads');
    parentPort.postMessage((${TEXTUAL})(workerData));`;
  return {
    name: 'worker_threads, fresh worker',
    async call() {
      const worker = new Worker(code, { eval: true, workerData: EVENT });
      const answered = Promise.withResolvers<string>();
      worker.on('message', (answer: string) => answered.resolve(answer));
      worker.on('error', answered.reject);
      check(await answered.promise);
      return () => void worker.terminate();
    },
    [Symbol.asyncDispose]: nothing,
  };
}

interface Bare {
  readonly isolate: ivm.Isolate;
  readonly decide: ivm.Reference;
}

function makeBare(): Bare {
  const isolate = new ivm.Isolate({ memoryLimit: 64 });
  const context = isolate.createContextSync();
  const decide = isolate.compileScriptSync(`(${TEXTUAL})`).runSync(context, { reference: true });
  return { isolate, decide };
}

async function callBare({ decide }: Bare): Promise<void> {
  check(String(await decide.apply(undefined, [EVENT], { result: { copy: true } })));
}

function freshIsolate(): Contender {
  return {
    name: 'isolated-vm alone, fresh isolate',
    async call() {
      const bare = makeBare();
      await callBare(bare);
      return () => bare.isolate.dispose();
    },
    [Symbol.asyncDispose]: nothing,
  };
}

function sharedIsolate(): Contender {
  const bare = makeBare();
  return {
    name: 'isolated-vm alone, warm isolate',
    call: () => callBare(bare),
    [Symbol.asyncDispose]: async () => bare.isolate.dispose(),
  };
}

const ECHO = `const { Socket } = require('node:net');
  const pipe = new Socket({ fd: 3 });
  pipe.on('data', (chunk) => pipe.write(chunk));
  pipe.on('close', () => process.exit());`;

/** No decision at all: the event goes to another process and comes back. No runner can be faster than this. */
function echo(): Contender {
  const child = spawn(process.execPath, ['-e', ECHO], {
    stdio: ['ignore', 'ignore', 'inherit', 'pipe'],
  });
  const pipe = child.stdio[3];
  if (!(pipe instanceof Socket)) throw new TypeError('the child has no pipe');
  return {
    name: 'an echo of another process',
    async call() {
      const back = Promise.withResolvers<void>();
      let missing = Buffer.byteLength(EVENT);
      const take = (chunk: Buffer): void => {
        missing -= chunk.length;
        if (missing === 0) back.resolve();
      };
      pipe.on('data', take);
      pipe.write(EVENT);
      await back.promise;
      pipe.off('data', take);
    },
    [Symbol.asyncDispose]: async () => void child.kill('SIGKILL'),
  };
}

interface QuickJs {
  newContext(): {
    readonly global: object;
    newString(text: string): object;
    evalCode(code: string): object;
    unwrapResult(result: object): object;
    callFunction(callee: object, receiver: object, ...given: object[]): object;
    dump(handle: object): string;
    dispose(): void;
  };
}

async function quickJs(): Promise<Contender> {
  const { getQuickJS }: { readonly getQuickJS: () => Promise<QuickJs> } = require(
    peer('quickjs-emscripten'),
  );
  const engine = await getQuickJS();
  return {
    name: 'QuickJS, fresh context',
    async call() {
      const context = engine.newContext();
      const decide = context.unwrapResult(context.evalCode(`(${TEXTUAL})`)) as Disposable;
      const event = context.newString(EVENT) as Disposable;
      const result = context.callFunction(decide, context.global, event);
      const answer = context.unwrapResult(result) as Disposable;
      check(context.dump(answer));
      return () => {
        for (const handle of [decide, event, answer]) handle[Symbol.dispose]();
        context.dispose();
      };
    },
    [Symbol.asyncDispose]: nothing,
  };
}

interface MiniflareLike {
  readonly ready: Promise<unknown>;
  dispatchFetch(url: string, init: RequestInit): Promise<Response>;
  dispose(): Promise<void>;
}

async function miniflare(): Promise<Contender> {
  const { Miniflare }: { Miniflare: new (options: object) => MiniflareLike } = require(
    peer('miniflare'),
  );
  const server = new Miniflare({ modules: true, script: WORKER });
  await server.ready;
  return {
    name: 'workerd through miniflare, warm',
    async call() {
      const init = { method: 'POST', body: EVENT };
      check(await (await server.dispatchFetch('http://peer.test/', init)).text());
    },
    [Symbol.asyncDispose]: () => server.dispose(),
  };
}

const CONFIG = (port: number): string => `
  using Workerd = import "/workerd/workerd.capnp";
  const config :Workerd.Config = (
    services = [(name = "main", worker = (
      modules = [(name = "main.js", esModule = embed "main.js")], compatibilityDate = "2026-07-01"))],
    sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "main")]);`;

async function workerd(): Promise<Contender> {
  const folder = mkdtempSync(path.join(tmpdir(), 'entrada-bench-'));
  const port = await freePort();
  writeFileSync(path.join(folder, 'main.js'), WORKER);
  writeFileSync(path.join(folder, 'config.capnp'), CONFIG(port));
  const { default: binary }: { default: string } = require(peer('workerd'));
  const child = spawn(binary, ['serve', path.join(folder, 'config.capnp')], { stdio: 'ignore' });
  const agent = new Agent();
  const call = async (): Promise<void> => {
    const options = { method: 'POST', body: EVENT, dispatcher: agent } as const;
    const { body } = await request(`http://127.0.0.1:${port}/`, options);
    check(await body.text());
  };
  await untilItAnswers(call, child);
  return {
    name: 'workerd by HTTP, warm',
    call,
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      rmSync(folder, { recursive: true, force: true });
      await agent.destroy();
    },
  };
}

async function untilItAnswers(call: () => Promise<void>, child: ChildProcess): Promise<void> {
  for (let left = 100; child.exitCode === null; left--) {
    try {
      return await call();
    } catch (error) {
      if (left === 0) throw error;
      execFileSync('sleep', ['0.1']);
    }
  }
  throw new Error('workerd ended');
}

/** Starts everybody. */
export async function startPeers(): Promise<readonly Contender[]> {
  return [
    await workerd(),
    await miniflare(),
    await quickJs(),
    nodeVm(),
    workerThread(),
    freshIsolate(),
    sharedIsolate(),
    echo(),
  ];
}

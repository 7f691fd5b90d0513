/**
 * The runtime inside an isolate: takes one call from the runner, runs the extension's hook, answers. It boots before any
 * guest code and keeps what it needs of the language from then; guest code shares the realm with it afterwards, and may
 * break everything there but this.
 */
import { createBridge } from './bridge.ts';
import { createContexts, DEADLINE_TIMER, type MadeContext } from './context.ts';
import type { Ask, Boot, Call, Receive, Scene, Send } from './contract.ts';
import { describeThrown, type NamedFailure, stated } from './failure.ts';
import { startClock } from './web/clock.ts';
import { installPlatform } from './web/install.ts';
import { drawFromRunner } from './known-chance.ts';
import { madeUpAnswer, playCall, playFetch } from './rehearsal.ts';
import { standStill } from './still-time.ts';
import {
  JSONParse,
  JSONStringify,
  PromiseResolve,
  PromiseThen,
  ReflectApply,
  realm,
} from './web/primordials.ts';

type Hook = (event: unknown, context: unknown) => unknown;

/** The completion value of the platform's script. */
export const boot: Boot = (send: Send, ask: Ask): Receive => {
  let over = false;
  let factory: (() => unknown) | undefined;
  let call: Call;
  let made: MadeContext;

  const bridge = createBridge(send, ask, (error) => fail(thrown(error)));
  const platform = installPlatform(realm, bridge.host);
  const createContext = createContexts(bridge, platform);

  function thrown(error: unknown): NamedFailure {
    const behind = platform.hostErrorBehind(error) ?? error;
    return describeThrown(error, bridge.codeOf(behind));
  }

  function fail({ kind, failure }: NamedFailure): void {
    if (over) return;
    over = true;
    send('failed', 0, kind, JSONStringify(failure));
  }

  function finish(value: unknown): void {
    if (over) return;
    const result = toJson(value);
    if (typeof result !== 'string') return fail(result);
    over = true;
    send('done', 0, '', result);
  }

  function toJson(value: unknown): string | NamedFailure {
    if (call.hook === 'event' || call.hook === 'schedule') return 'null'; // nobody waits for what they return
    try {
      const text = JSONStringify(value) ?? 'null';
      if (text.length <= call.resultLength) return text;
      return stated(
        'limit',
        'RESULT_LENGTH',
        `a result of more than ${call.resultLength} characters`,
      );
    } catch (error) {
      const { failure } = thrown(error);
      return stated(
        'invalid_result',
        'RESULT_NOT_JSON',
        `the result is not JSON: ${failure.message}`,
      );
    }
  }

  /** Runs guest code; what it answers, now or later, ends the call. */
  function settle(run: () => unknown): void {
    try {
      void PromiseThen(PromiseResolve(run()), finish, (error) => fail(thrown(error)));
    } catch (error) {
      fail(thrown(error));
    }
  }

  const read = (text: string): Call => platform.freeze(JSONParse(text));

  function invoke(text: string): void {
    call = read(text);
    bridge.begin(call.messageLength);
    if (call.now !== undefined) stand(call.now);
    startClock(); // or it would tell when the isolate was made ready, which is when the invocation before ended
    if (call.drawn === true) drawFromRunner(realm);
    made = createContext(call);
    if (call.hook !== 'evaluate') settle(runHook);
  }

  function stand(at: number): void {
    bridge.pretend(at, call.drawn === true);
    standStill(realm, at);
  }

  function runHook(): unknown {
    const extension = factory?.();
    if (typeof extension !== 'object' || extension === null) {
      return fail(
        stated('invalid_result', 'EXTENSION_SHAPE', 'the default export is not an object of hooks'),
      );
    }
    if (call.hook === 'describe') return hooksOf(extension);
    const hook = hookOf(extension, call);
    if (!hook) {
      const which = call.hook === 'event' ? `for the event ${call.name}` : call.hook;
      return fail(stated('invalid_result', 'HOOK_MISSING', `there is no hook ${which}`));
    }
    return ReflectApply(hook, extension, [call.event, made.context]);
  }

  const scenes: { readonly [Name in Scene]: () => void } = {
    call: () => playCall((text) => void createContext(read(text))),
    fetch: () => bridge.rehearse(() => void playFetch(), madeUpAnswer()),
  };

  const messages: {
    readonly [Type in Parameters<Receive>[0]]: (id: number, text: string, value: unknown) => void;
  } = {
    rehearse: (_id, scene) => scenes[scene as Scene](),
    define: (_id, _text, value) => {
      factory = value as () => unknown;
    },
    invoke: (_id, text) => invoke(text),
    evaluated: (_id, _text, value) => settle(() => value),
    answer: (id, text) => bridge.answer(id, text),
    timer: (id) => (id === DEADLINE_TIMER ? made.abort() : platform.timerFired(id)),
  };

  return (type, id, text, value) => messages[type](id, text, value);
};

const HOOKS = ['authenticate', 'decide', 'enrich', 'schedule'] as const;

/** Which hooks an extension has, by name. */
function hooksOf(extension: object): readonly string[] {
  const members = extension as { readonly [name: string]: unknown };
  const own = HOOKS.filter((name) => typeof members[name] === 'function');
  const events = members['events'];
  if (typeof events !== 'object' || events === null) return own;
  return [...own, ...Object.keys(events).map((name) => `event ${name}`)];
}

function hookOf(extension: object, { hook, name }: Call): Hook | undefined {
  const members = extension as { readonly [name: string]: unknown };
  const found = hook === 'event' ? eventHook(members['events'], name) : members[hook];
  return typeof found === 'function' ? (found as Hook) : undefined;
}

function eventHook(events: unknown, name: string | undefined): unknown {
  if (typeof events !== 'object' || events === null || name === undefined) return undefined;
  return (events as { readonly [name: string]: unknown })[name];
}

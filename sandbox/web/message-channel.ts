/**
 * `MessageChannel`, `MessagePort` and `MessageEvent`. Both ends are in the same isolate; a message is a structured clone,
 * delivered as a task of its own.
 *
 * @see https://html.spec.whatwg.org/multipage/web-messaging.html
 */
import { brands } from './brands.ts';
import type { HandlerSlot } from './event-target.ts';
import { EventTarget, dispatchTrusted, handlerSlot } from './event-target.ts';
import { Event } from './event.ts';
import { makeDOMException } from './parts.ts';
import { ArrayIncludes, ArrayPush, NativeTypeError, ObjectFreeze } from './primordials.ts';
import { deserialize } from './structured-deserialize.ts';
import type { Serialized } from './structured-serialize.ts';
import { serialize } from './structured-serialize.ts';
import { startTimer } from './timers.ts';
import {
  defineInterface,
  illegalConstructor,
  isObject,
  iteratorMethodOf,
  requireArguments,
  toDOMString,
  toDictionary,
  toSequence,
  toUSVString,
} from './webidl.ts';

/** One end of a channel: what stays when the port that stands for it is transferred. */
interface End {
  other: End | null;
  /** The port that receives; null while the end is on its way. */
  port: MessagePort | null;
  readonly queue: Serialized[];
  started: boolean;
}

const MAKE: unique symbol = Symbol('make');

let endOf: (port: MessagePort) => End | null;
let detach: (port: MessagePort) => void;
let isPort: (value: object) => boolean;

function toTransfer(options: unknown): object[] {
  if (options === undefined || options === null) return [];
  if (!isObject(options)) throw new NativeTypeError('The options are not an object');
  const method = iteratorMethodOf(options);
  if (method !== undefined) return toSequence(options, toObject, 'transfer', method);
  const { transfer } = toDictionary(options, 'StructuredSerializeOptions');
  return transfer === undefined ? [] : toSequence(transfer, toObject, 'transfer');
}

function toObject(value: unknown): object {
  if (!isObject(value)) throw new NativeTypeError('Only objects are transferred');
  return value;
}

/** Has the next message delivered as a task. */
function schedule(end: End): void {
  startTimer(0, () => {
    if (!end.started || end.port === null) return;
    const message = end.queue.shift();
    if (message !== undefined) deliver(end.port, message);
  });
}

function deliver(port: MessagePort, message: Serialized): void {
  const ports: MessagePort[] = [];
  const data = deserialize(message, (object) => {
    if (isPort(object)) ArrayPush(ports, object as MessagePort);
  });
  dispatchTrusted(port, new MessageEvent('message', { data, ports }));
}

function start(end: End | null): void {
  if (end === null || end.started) return;
  end.started = true;
  for (let index = 0; index < end.queue.length; index++) schedule(end);
}

export class MessagePort extends EventTarget {
  #end: End | null;
  readonly #message: HandlerSlot;
  readonly #messageError: HandlerSlot;
  static {
    endOf = (port) => port.#end;
    detach = (port) => {
      port.#end = null;
    };
    isPort = (value) => #end in value;
  }

  constructor(...given: unknown[]) {
    if (given[0] !== MAKE) illegalConstructor();
    super();
    this.#end = given[1] as End;
    this.#end.port = this;
    this.#message = handlerSlot(this, 'message');
    this.#messageError = handlerSlot(this, 'messageerror');
  }

  postMessage(message: unknown, options: unknown = undefined): void {
    const end = this.#end;
    requireArguments(arguments.length, 1, 'MessagePort.postMessage');
    const transfer = toTransfer(options);
    if (ArrayIncludes(transfer, this)) {
      throw makeDOMException('A port cannot be sent through itself', 'DataCloneError');
    }
    const serialized = serialize(message, transfer);
    const other = end?.other;
    if (!other) return;
    ArrayPush(other.queue, serialized);
    if (other.started) schedule(other);
  }

  start(): void {
    start(this.#end);
  }

  close(): void {
    const end = this.#end;
    this.#end = null;
    if (end === null) return;
    if (end.other !== null) end.other.other = null;
    end.other = null;
    end.port = null;
  }

  get onmessage(): unknown {
    return this.#message.get();
  }

  set onmessage(value: unknown) {
    this.#message.set(value);
    start(this.#end);
  }

  get onmessageerror(): unknown {
    return this.#messageError.get();
  }

  set onmessageerror(value: unknown) {
    this.#messageError.set(value);
  }
}
defineInterface(MessagePort, 'MessagePort');

export class MessageChannel {
  readonly #port1: MessagePort;
  readonly #port2: MessagePort;

  constructor() {
    const first: End = { other: null, port: null, queue: [], started: false };
    const second: End = { other: first, port: null, queue: [], started: false };
    first.other = second;
    this.#port1 = new MessagePort(MAKE, first);
    this.#port2 = new MessagePort(MAKE, second);
  }

  get port1(): MessagePort {
    return this.#port1;
  }

  get port2(): MessagePort {
    return this.#port2;
  }
}
defineInterface(MessageChannel, 'MessageChannel');

function toPort(value: unknown): MessagePort {
  if (isObject(value) && isPort(value)) return value as MessagePort;
  throw new NativeTypeError('The value is not a MessagePort');
}

export class MessageEvent extends Event {
  #data: unknown;
  #origin: string;
  #lastEventId: string;
  #source: MessagePort | null;
  #ports: readonly MessagePort[];

  constructor(type: unknown, init: unknown = undefined) {
    requireArguments(arguments.length, 1, 'MessageEvent constructor');
    super(type, init);
    const given = toDictionary(init, 'MessageEventInit');
    const { data = null, lastEventId, origin, ports, source = null } = given;
    this.#data = data;
    this.#lastEventId = lastEventId === undefined ? '' : toDOMString(lastEventId);
    this.#origin = origin === undefined ? '' : toUSVString(origin);
    this.#ports = ObjectFreeze(ports === undefined ? [] : toSequence(ports, toPort, 'ports'));
    this.#source = source === null ? null : toPort(source);
  }

  get data(): unknown {
    return this.#data;
  }

  get origin(): string {
    return this.#origin;
  }

  get lastEventId(): string {
    return this.#lastEventId;
  }

  get source(): MessagePort | null {
    return this.#source;
  }

  get ports(): readonly MessagePort[] {
    return this.#ports;
  }
}
defineInterface(MessageEvent, 'MessageEvent');

brands.transferOf = ((next) => (value: object) => {
  if (!isPort(value)) return next(value);
  const port = value as MessagePort;
  const end = endOf(port);
  if (end === null) throw makeDOMException('The port is detached', 'DataCloneError');
  return {
    detach() {
      detach(port);
      end.port = null;
      end.started = false;
    },
    receive: () => new MessagePort(MAKE, end),
  };
})(brands.transferOf);

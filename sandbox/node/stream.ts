/**
 * `node:stream` for packages that import it without needing it: their code for Node.js stands beside that for browsers,
 * and nobody calls it. The classes can be inherited from and asked about; whoever makes one is told what to use instead.
 */
function refuse(): never {
  throw new TypeError(
    'An isolate has no streams of Node.js: use ReadableStream, WritableStream and TransformStream.',
  );
}

// oxlint-disable-next-line typescript/no-extraneous-class -- a class is what packages inherit from
class Stream {
  constructor() {
    refuse();
  }
}

class Readable extends Stream {
  static from(): never {
    return refuse();
  }

  static fromWeb(): never {
    return refuse();
  }

  static toWeb(): never {
    return refuse();
  }
}
class Writable extends Stream {}
class Duplex extends Readable {}
class Transform extends Duplex {}
class PassThrough extends Transform {}

const finished: () => never = refuse;
const pipeline: () => never = refuse;

/** What `require('stream')` gives is the class, with everything else in it. */
Object.assign(Stream, {
  Duplex,
  PassThrough,
  Readable,
  Stream,
  Transform,
  Writable,
  finished,
  pipeline,
});

export { Duplex, PassThrough, Readable, Stream, Transform, Writable, finished, pipeline };
export { Stream as default, Stream as 'module.exports' };

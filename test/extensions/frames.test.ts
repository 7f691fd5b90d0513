import test from 'ava';
import fc from 'fast-check';

import { encodeFrame, FrameReader } from '../../src/extensions/frames.ts';

test('messages come out as they went in, however the pipe cuts them', (t) => {
  fc.assert(
    fc.property(
      fc.array(fc.jsonValue(), { maxLength: 5 }),
      fc.array(fc.nat(50), { maxLength: 20 }),
      (messages, cuts) => {
        const stream = Buffer.concat(messages.map(encodeFrame));
        const reader = new FrameReader(1_000_000);
        const read: unknown[] = [];
        let at = 0;
        for (const cut of cuts) {
          read.push(...reader.push(stream.subarray(at, at + cut)));
          at = Math.min(at + cut, stream.length);
        }
        read.push(...reader.push(stream.subarray(at)));
        return JSON.stringify(read) === JSON.stringify(messages);
      },
    ),
  );
  t.pass();
});

const LONG_TEXTS: readonly (readonly [type: string, member: string])[] = [
  ['platform', 'source'],
  ['compile', 'source'],
  ['load', 'source'],
  ['invoke', 'call'],
  ['answer', 'answer'],
  ['call', 'argument'],
];

for (const [type, member] of LONG_TEXTS) {
  test(`the long text of a message of type ${type} goes as it is, and comes out as it went in`, (t) => {
    for (const text of ['', '{"a":"b\\nc"}', 'lines\nand "quotes", é and 🦊\n', '\u2028\0']) {
      const message = { type, id: 1, [member]: text, last: 'x' };
      const frame = encodeFrame(message);
      t.true(frame.includes(text));
      t.deepEqual(new FrameReader(1_000).push(frame), [message]);
    }
  });
}

test('what is no text, or none that UTF-8 can say, goes as JSON', (t) => {
  for (const argument of [5, null, 'a\uD800b']) {
    const message = { type: 'call', argument };
    t.deepEqual(new FrameReader(100).push(encodeFrame(message)), [message]);
  }
});

const MISPLACED = ['{"type":"log"}\ntext', '{"type":"toString"}\ntext', '5\n5', '\n', '{}\n'];

for (const body of MISPLACED) {
  test(`a text behind a message that has none is refused: ${JSON.stringify(body)}`, (t) => {
    const header = Buffer.alloc(4);
    header.writeUInt32BE(Buffer.byteLength(body));
    const frame = Buffer.concat([header, Buffer.from(body)]);
    t.throws(() => new FrameReader(100).push(frame), { code: 'EXTENSION_FRAME_INVALID' });
  });
}

test('a text behind a message takes the place of a member of that name', (t) => {
  const body = '{"type":"call","argument":"a"}\nb';
  const header = Buffer.alloc(4);
  header.writeUInt32BE(Buffer.byteLength(body));
  const [message] = new FrameReader(100).push(Buffer.concat([header, Buffer.from(body)]));
  t.deepEqual(message, { type: 'call', argument: 'b' });
});

test('a frame is counted in bytes', (t) => {
  const frame = encodeFrame('é');
  t.is(frame.readUInt32BE(0), Buffer.byteLength('"é"'));
});

test('a frame that announces more than its reader takes is refused before it is read', (t) => {
  const header = Buffer.alloc(4);
  header.writeUInt32BE(101, 0);
  t.throws(() => new FrameReader(100).push(header), { code: 'EXTENSION_FRAME_INVALID' });
  header.writeUInt32BE(100, 0);
  t.deepEqual(new FrameReader(100).push(header), []);
});

test('a frame that is not JSON is refused', (t) => {
  const frame = Buffer.concat([Buffer.from([0, 0, 0, 3]), Buffer.from('{a}')]);
  t.throws(() => new FrameReader(100).push(frame), { code: 'EXTENSION_FRAME_INVALID' });
});

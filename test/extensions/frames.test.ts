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

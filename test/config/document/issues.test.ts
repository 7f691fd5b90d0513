import test from 'ava';
import { z } from 'zod';

import { findingsOf } from '../../../src/config/document/issues.ts';

test('a refusal of zod that has no words of ours is a fault at its place all the same', (t) => {
  const schema = z.object({ size: z.number().multipleOf(4) });
  const value = { size: 7 };
  const { error } = schema.safeParse(value);
  const refusal = { schema, value, written: () => undefined };
  t.like(findingsOf(refusal, error?.issues ?? []), [
    { code: 'CONFIG_INVALID_VALUE', path: ['size'] },
  ]);
});

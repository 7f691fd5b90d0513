import test from 'ava';
import fc from 'fast-check';

import { CpuShares } from '../../../src/extensions/runner/cpu-shares.ts';

/** A process whose CPU time is set by hand, and isolates whose counters are. */
function bed() {
  const process = { ms: 1_000 };
  const shares = new CpuShares(() => process.ms);
  const isolates = [{ runMs: 5 }, { runMs: 0 }];
  for (const isolate of isolates) shares.add(isolate);
  return { process, shares, isolates };
}

test('alone, an isolate has used what its counter says', (t) => {
  const { process, shares, isolates } = bed();
  isolates[0]!.runMs += 30;
  process.ms += 80; // the process worked for itself, too
  shares.look();
  t.is(shares.usedBy(isolates[0]!), 30);
  t.is(shares.usedBy(isolates[1]!), 0);
});

test('an isolate that waited for a core is not charged for the wait', (t) => {
  const { process, shares, isolates } = bed();
  isolates[0]!.runMs += 200;
  process.ms += 20;
  shares.look();
  t.is(shares.usedBy(isolates[0]!), 20);
});

test('what isolates used together is divided as their counters went on', (t) => {
  const { process, shares, isolates } = bed();
  isolates[0]!.runMs += 300;
  isolates[1]!.runMs += 100;
  process.ms += 40;
  shares.look();
  t.is(shares.usedBy(isolates[0]!), 30);
  t.is(shares.usedBy(isolates[1]!), 10);
});

test('what was used before an isolate began is not its own', (t) => {
  const { process, shares, isolates } = bed();
  isolates[0]!.runMs += 50;
  process.ms += 500;
  const late = { runMs: 7 };
  shares.add(late);
  late.runMs += 100;
  process.ms += 10;
  shares.look();
  t.is(shares.usedBy(late), 10);
});

test('what is removed has used nothing any more, and others keep what they used', (t) => {
  const { process, shares, isolates } = bed();
  for (const isolate of isolates) isolate.runMs += 10;
  process.ms += 10;
  shares.remove(isolates[0]!);
  t.is(shares.usedBy(isolates[0]!), 0);
  t.is(shares.usedBy(isolates[1]!), 5);
});

test('nobody is charged more than his counter, and all together no more than the process used', (t) => {
  const step = fc.record({ process: fc.nat(100), one: fc.nat(100), other: fc.nat(100) });
  fc.assert(
    fc.property(fc.array(step), (steps) => {
      const { process, shares, isolates } = bed();
      for (const { process: ms, one, other } of steps) {
        process.ms += ms;
        isolates[0]!.runMs += one;
        isolates[1]!.runMs += other;
        shares.look();
      }
      const [used = 0, usedByOther = 0] = isolates.map((isolate) => shares.usedBy(isolate));
      const slack = 1e-6;
      return (
        used <= isolates[0]!.runMs - 5 + slack &&
        usedByOther <= isolates[1]!.runMs + slack &&
        used + usedByOther <= process.ms - 1_000 + slack
      );
    }),
  );
  t.pass();
});

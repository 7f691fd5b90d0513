/** So many tests of a process have a world of their own at a time: one is a gateway, a tenant and processes for extensions. */
const MOST = 4;

const inside = new WeakSet();
const waiting: (() => void)[] = [];
let taken = 0;

/** Waits until there is room for one test more; the test leaves it at its end, after all that it tears down. */
export async function enterRoom(t: { teardown(leave: () => void): void }): Promise<void> {
  if (inside.has(t)) return;
  inside.add(t);
  if (taken < MOST) taken++;
  else await new Promise<void>((resolve) => waiting.push(resolve));
  t.teardown(leaveRoom);
}

function leaveRoom(): void {
  const next = waiting.shift();
  if (next) next();
  else taken--;
}

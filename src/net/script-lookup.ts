import dns from 'node:dns';

/**
 * A cell that two threads share: whether there is an answer, its length, and its bytes. The functions of a script answer at
 * once, as browsers have it: so its thread waits here while the other one looks the name up.
 */
export type SharedAddress = Int32Array<SharedArrayBuffer>;

/** 32-bit numbers: the state, the length, and an IPv4 address as text, a character each. */
const CELLS = 2 + 15;

const WAITING = 0;
const ANSWERED = 1;

/** The side that looks names up. */
export interface Lookups {
  readonly shared: SharedAddress;
  /** Looks up the IPv4 address of a host, for the thread that waits. */
  answer(host: string): Promise<void>;
}

export function createLookups(): Lookups {
  const shared = new Int32Array(new SharedArrayBuffer(CELLS * Int32Array.BYTES_PER_ELEMENT));
  return {
    shared,
    answer: async (host) => {
      const address = await addressOf(host);
      shared.set(Buffer.from(address, 'latin1'), 2);
      shared[1] = address.length;
      Atomics.store(shared, 0, ANSWERED);
      Atomics.notify(shared, 0);
    },
  };
}

/** Empty when there is none. */
async function addressOf(host: string): Promise<string> {
  try {
    return (await dns.promises.lookup(host, { family: 4 })).address;
  } catch {
    return '';
  }
}

/** The side that waits: call it when the host was told to the other side. Null when the name has no address. */
export function awaitAddress(shared: SharedAddress): string | null {
  Atomics.wait(shared, 0, WAITING);
  const length = shared[1] ?? 0;
  const address = String.fromCharCode(...shared.subarray(2, 2 + length));
  Atomics.store(shared, 0, WAITING);
  return length === 0 ? null : address;
}

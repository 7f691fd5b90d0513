/** What a part of a command writes. */
export interface Printed {
  readonly stdout: string;
  readonly stderr: string;
}

const STREAMS = ['stdout', 'stderr'] as const;

/** What is written while something runs in this process: of tests that run one after the other. */
export async function printed(work: () => Promise<unknown>): Promise<Printed> {
  const written = { stdout: '', stderr: '' };
  const writes = STREAMS.map((name) => [name, process[name].write.bind(process[name])] as const);
  for (const name of STREAMS) {
    process[name].write = (chunk: string | Uint8Array): boolean => {
      written[name] += String(chunk);
      return true;
    };
  }
  try {
    await work();
  } finally {
    for (const [name, write] of writes) process[name].write = write;
  }
  return written;
}

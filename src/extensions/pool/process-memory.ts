import { readFileSync } from 'node:fs';

/** Memory of a process, as Linux counts it. Unit: bytes. */
export interface ProcessMemory {
  /** What it has of the machine's memory now. */
  readonly resident: number;
  /** What `ulimit -d` limits: private memory that it may write to, used or not. */
  readonly data: number;
}

/** Undefined where it cannot be known: the process is gone, or this is not Linux. */
export function memoryOf(pid: number | undefined): ProcessMemory | undefined {
  if (pid === undefined || process.platform !== 'linux') return undefined;
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'latin1');
    return { resident: kibOf(status, 'VmRSS') * 1024, data: kibOf(status, 'VmData') * 1024 };
  } catch {
    return undefined;
  }
}

function kibOf(status: string, name: string): number {
  const at = status.indexOf(`\n${name}:`);
  return at < 0 ? 0 : Number.parseInt(status.slice(at + name.length + 2), 10);
}
